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
    _run(owner, "COMMENT ON SCHEMA access IS 'something else'")
    migrate(owner)
    assert gate.who(principal.token or "", "127.0.0.1") == principal, "applied again, it is sound again"
