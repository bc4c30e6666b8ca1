"""A database that would let a role see more than is declared is not served, at the start or afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from data import cluster
from data.access import roles
from data.access.gate import PostgisGate
from data.access.startup import refuse_unsafe
from data.migrate import migrate
from grid.principals import Principal, Role
from grid.refusals import Refused

Login = Callable[[Engine, str], Engine]


def _run(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def test_a_sound_database_is_served(engine: Engine, login_as: Login) -> None:
    refuse_unsafe(login_as(engine, roles.SERVER))


@pytest.mark.parametrize("login", ["postgres", cluster.OWNER, roles.IMPORTER])
def test_no_other_login_serves(engine: Engine, login_as: Login, login: str) -> None:
    """A superuser, the owner and the importer are past the policies."""
    with pytest.raises(Refused, match="access_login"):
        refuse_unsafe(login_as(engine, login))


def test_a_hole_made_while_the_database_was_away_is_found_by_the_gate(
    engine: Engine, login_as: Login, sign_in: Callable[..., Principal]
) -> None:
    principal = sign_in(engine, Role.KIOSK)
    owner = login_as(engine, cluster.OWNER)
    gate = PostgisGate(login_as(engine, roles.SERVER))
    _run(owner, "GRANT SELECT ON petition TO fengtu_kiosk")
    with pytest.raises(Refused, match="access_unsafe"):
        gate.who(principal.token or "", "127.0.0.1")
    migrate(owner)
    assert gate.who(principal.token or "", "127.0.0.1") == principal, "applied again, it is sound again"


CHANGES_BY_HAND = {
    "a policy dropped": "DROP POLICY recusal ON petition",
    "a policy changed": "ALTER POLICY fengtu_worker_reads ON petition USING (true)",
    "a grant too many": "GRANT SELECT ON petition TO fengtu_kiosk",
    "a column too many": "GRANT SELECT (matter_no) ON petition TO fengtu_leader",
    "a grant taken": "REVOKE SELECT ON area FROM fengtu_leader",
    "row security off": "ALTER TABLE petition DISABLE ROW LEVEL SECURITY",
    "a function opened": "GRANT EXECUTE ON FUNCTION access.note_as TO PUBLIC",
    "the audit's guard dropped": "DROP TRIGGER insert_only ON audit",
    "restored without rights": "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, fengtu_server,"
    " fengtu_importer, fengtu_kiosk, fengtu_leader, fengtu_bureau, fengtu_worker",
}


@pytest.mark.parametrize("change", CHANGES_BY_HAND.values(), ids=CHANGES_BY_HAND)
def test_what_was_changed_by_hand_is_mended_at_the_next_migration(
    engine: Engine, login_as: Login, change: str
) -> None:
    owner, server = login_as(engine, cluster.OWNER), login_as(engine, roles.SERVER)
    _run(owner, change)
    with pytest.raises(Refused, match="access_unsafe"):
        refuse_unsafe(server)
    migrate(owner)
    refuse_unsafe(server)


def test_a_sound_database_is_not_applied_anew(engine: Engine, login_as: Login) -> None:
    """Commands migrate while the server serves: they must not lock what it reads."""
    owner = login_as(engine, cluster.OWNER)
    policies = text("SELECT array_agg(oid ORDER BY oid) FROM pg_policy")
    with owner.connect() as connection:
        before = connection.execute(policies).scalar_one()
    migrate(owner)
    with owner.connect() as connection:
        assert connection.execute(policies).scalar_one() == before
