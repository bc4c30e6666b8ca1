"""The audit's chain: what is changed, taken or put in is named, and honest writing keeps it whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from data import cluster
from data.access import roles
from data.access.chain import MOST_FAULTS, verify_chain
from data.access.tokens import token_hash
from data.sessions import reading, writing
from grid.audits import Action, ChainFault, ChainState, FaultKind, Head, read_head
from grid.principals import CLERK, COMMAND_LINE, Principal, Role
from grid.refusals import Refused

ROWS = 12
Login = Callable[[Engine, str], Engine]


@pytest.fixture
def owner(engine: Engine, login_as: Login) -> Engine:
    """The owner's engine on a database with a dozen audit rows."""
    for number in range(ROWS):
        write(engine, note=f"第{number}条", number=number)
    return login_as(engine, cluster.OWNER)


@pytest.fixture
def tampering(engine: Engine, owner: Engine, login_as: Login) -> Iterator[Connection]:
    """A superuser past every trigger, as whoever holds the machine would be."""
    superuser = login_as(engine, "postgres")
    with superuser.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET session_replication_role = replica"))
        yield connection
    superuser.dispose()


def write(engine: Engine, **facts: object) -> None:
    with writing(engine, COMMAND_LINE, Action.CITY_SET, "city", changes_data=False, **facts):
        pass


def verified(owner: Engine, noted: Head | None = None) -> ChainState:
    with reading(owner, COMMAND_LINE) as session:
        return verify_chain(session, noted)


def faults(owner: Engine, noted: Head | None = None) -> list[tuple[FaultKind, int, int]]:
    return [(each.kind, each.number, each.until) for each in verified(owner, noted).faults]


def tamper(connection: Connection, statement: str, **values: object) -> None:
    connection.execute(text(statement), values)


def digest(connection: Connection, number: int) -> bytes:
    """The digest that a forger works out who knows how it is made."""
    row = connection.execute(text("SELECT * FROM audit WHERE number = :n"), {"n": number}).one()
    facts = connection.execute(
        text(
            "SELECT jsonb_build_array(number, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US'),"
            " principal, role, action, subject, facts)::text FROM audit WHERE number = :n"
        ),
        {"n": number},
    ).scalar_one()
    return hashlib.sha256(bytes(row.previous) + facts.encode()).digest()


def forge(connection: Connection, number: int, until: int | None = None) -> None:
    """Work digests out anew from a row on, each going on from the one before, and the head after the last."""
    for each in range(number, (until or number) + 1):
        if each > number:
            tamper(
                connection,
                "UPDATE audit SET previous = (SELECT digest FROM audit WHERE number = :p) WHERE number = :n",
                p=each - 1,
                n=each,
            )
        tamper(
            connection, "UPDATE audit SET digest = :d WHERE number = :n", d=digest(connection, each), n=each
        )


def test_an_untouched_chain_is_whole_and_tells_its_head(owner):
    state = verified(owner)
    assert (state.checked, state.faults, state.faults_total) == (ROWS, (), 0)
    assert state.head.number == ROWS
    assert read_head(str(state.head)) == state.head
    assert faults(owner, state.head) == []


def test_an_empty_chain_is_whole(engine, login_as):
    state = verified(login_as(engine, cluster.OWNER))
    assert (state.checked, state.head, state.faults) == (0, Head(0, ""), ())


@pytest.mark.parametrize(
    "change",
    [
        """facts = '{"note": "别的"}'""",
        "at = at + interval '1 microsecond'",
        "principal = 'somebody-else'",
        "role = 'leader'",
        "action = 'city.export'",
        "subject = 'job'",
        "digest = sha256('x')",
    ],
)
@pytest.mark.parametrize("number", [1, 5, ROWS])
def test_a_changed_column_names_its_row(owner, tampering, change, number):
    tamper(tampering, f"UPDATE audit SET {change} WHERE number = :n", n=number)
    assert faults(owner) == [(FaultKind.CHANGED, number, number)]


@pytest.mark.parametrize(
    ("gone", "found"),
    [
        ("number = 5", (FaultKind.MISSING, 5, 5)),
        ("number BETWEEN 3 AND 7", (FaultKind.MISSING, 3, 7)),
        ("number <= 2", (FaultKind.MISSING, 1, 2)),
        ("number > 9", (FaultKind.LOST, 10, ROWS)),
        ("true", (FaultKind.LOST, 1, ROWS)),
    ],
)
def test_missing_rows_are_named(owner, tampering, gone, found):
    tamper(tampering, f"DELETE FROM audit WHERE {gone}")
    assert faults(owner) == [found]


def test_a_gap_closed_by_new_numbers_is_named(owner, tampering):
    tamper(tampering, "DELETE FROM audit WHERE number = 5")
    for number in range(6, ROWS + 1):
        tamper(tampering, "UPDATE audit SET number = number - 1 WHERE number = :n", n=number)
    found = faults(owner)
    assert found[0] == (FaultKind.CHANGED, 5, 5)
    assert found[-1] == (FaultKind.LOST, ROWS, ROWS)


def test_swapped_rows_are_both_named(owner, tampering):
    tamper(tampering, "UPDATE audit SET number = -number WHERE number IN (4, 8)")
    tamper(tampering, "UPDATE audit SET number = CASE number WHEN -4 THEN 8 ELSE 4 END WHERE number < 0")
    assert faults(owner) == [(FaultKind.CHANGED, 4, 4), (FaultKind.CHANGED, 8, 8)]


INSERTED = """
INSERT INTO audit (at, principal, role, action, subject, facts, number, previous, digest)
SELECT now(), 'forger', 'admin', 'city.set', 'city', '{}', :n, digest, digest FROM audit WHERE number = :p
"""


def test_a_row_put_in_between_is_named(owner, tampering):
    for number in range(ROWS, 5, -1):
        tamper(tampering, "UPDATE audit SET number = number + 1 WHERE number = :n", n=number)
    tamper(tampering, INSERTED, n=6, p=5)
    forge(tampering, 6)
    found = faults(owner)
    assert found[0][:2] in {(FaultKind.REWRITTEN, 6), (FaultKind.CHANGED, 7)}
    assert found[-1] == (FaultKind.BEYOND, ROWS + 1, ROWS + 1)


def test_a_row_put_in_at_the_end_with_a_true_digest_is_named(owner, tampering):
    tamper(tampering, INSERTED, n=ROWS + 1, p=ROWS)
    forge(tampering, ROWS + 1)
    assert faults(owner) == [(FaultKind.BEYOND, ROWS + 1, ROWS + 1)]


@pytest.mark.parametrize("number", [1, 5, ROWS])
def test_a_row_changed_with_its_digest_is_named(owner, tampering, number):
    tamper(tampering, "UPDATE audit SET facts = '{}' WHERE number = :n", n=number)
    forge(tampering, number)
    assert faults(owner) == [(FaultKind.REWRITTEN, number, number)]


def test_a_first_row_that_goes_on_from_something_is_named(owner, tampering):
    tamper(tampering, "UPDATE audit SET previous = 'x' WHERE number = 1")
    forge(tampering, 1, ROWS)
    assert (FaultKind.REWRITTEN, 1, 1) in faults(owner)


def test_a_chain_made_anew_is_whole_but_for_a_head_noted_outside(owner, tampering):
    """Nothing inside the database can tell: whoever owns the machine can redo everything in it."""
    noted = verified(owner).head
    tamper(tampering, "UPDATE audit SET facts = '{}' WHERE number = 5")
    forge(tampering, 5, ROWS)
    tamper(
        tampering, "UPDATE audit_head SET digest = (SELECT digest FROM audit ORDER BY number DESC LIMIT 1)"
    )
    assert faults(owner) == []
    assert faults(owner, noted) == [(FaultKind.NOTED_CHANGED, ROWS, ROWS)]


def test_a_tail_cut_off_with_the_head_wound_back_is_told_by_a_head_noted_outside(owner, tampering):
    noted = verified(owner).head
    tamper(tampering, "DELETE FROM audit WHERE number > 9")
    tamper(
        tampering,
        "UPDATE audit_head SET number = 9, digest = (SELECT digest FROM audit WHERE number = 9)",
    )
    assert faults(owner) == []
    assert faults(owner, noted) == [(FaultKind.NOTED_LOST, 10, ROWS)]


def test_a_head_that_is_gone_or_changed_is_named(owner, tampering):
    tamper(tampering, "UPDATE audit_head SET digest = sha256('x')")
    assert faults(owner) == [(FaultKind.REWRITTEN, ROWS, ROWS)]
    tamper(tampering, "DELETE FROM audit_head")
    assert faults(owner) == [(FaultKind.NO_HEAD, ROWS, ROWS)]


def test_a_chain_wrong_in_every_row_is_told_by_its_first(engine, owner, tampering):
    for number in range(3 * MOST_FAULTS):
        write(engine, number=number)
    tamper(tampering, "UPDATE audit SET facts = facts || '{\"x\": 1}'")
    state = verified(owner)
    assert state.faults_total == ROWS + 3 * MOST_FAULTS
    assert state.faults[0] == ChainFault(FaultKind.CHANGED, 1, 1)
    assert len(state.faults) == MOST_FAULTS


def test_a_database_whose_own_digest_lies_is_not_believed(engine, owner, login_as):
    superuser = login_as(engine, "postgres")
    with superuser.begin() as connection:
        connection.execute(
            text(
                "CREATE OR REPLACE FUNCTION access.audit_digest (previous bytea, number bigint,"
                " at timestamptz,"
                " principal text, role text, action text, subject text, facts jsonb) RETURNS bytea"
                " LANGUAGE sql IMMUTABLE AS $$ SELECT sha256(convert_to(number::text, 'UTF8')) $$"
            )
        )
    superuser.dispose()
    write(engine, note="nobody checks this")
    assert faults(owner)[0] == (FaultKind.CHANGED, ROWS + 1, ROWS + 1)


def test_any_text_a_fact_may_hold_keeps_the_chain(engine, owner):
    for value in ('"\\', "\u2028\u0001", "𠮷枫", "x" * 5000, 1e300, -0.0, None, [1, {"a": []}], True):
        write(engine, note=value)
    with writing(engine, CLERK, Action.IMPORT_RUN, "'; DROP TABLE audit --"):
        pass
    assert faults(owner) == []


def test_a_chain_written_by_many_at_once_has_no_gap(engine, owner):
    def many(worker: int) -> None:
        for number in range(50):
            write(engine, worker=worker, number=number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(many, range(8)))
    state = verified(owner)
    assert (state.checked, state.head.number, state.faults) == (ROWS + 400, ROWS + 400, ())


def test_verifying_while_others_write_finds_no_fault(engine, owner):
    """Rows and head are of one moment: also where each statement has a snapshot of its own."""
    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(lambda: [write(engine, number=n) for n in range(60)]) for _ in range(3)]
        checked = []
        while not all(writer.done() for writer in writers):
            with owner.connect() as connection:
                state = verify_chain(connection)  # type: ignore[arg-type]
            assert state.faults == ()
            checked.append(state.checked)
    assert len(set(checked)) > 1


def fail_after_noting(engine: Engine) -> None:
    with writing(engine, COMMAND_LINE, Action.CITY_SET, "city") as session:
        session.execute(text("SELECT access.note_as('x', 'admin', 'city.set', 'city', '{}')"))
        raise ZeroDivisionError


def test_what_is_taken_back_leaves_no_gap(engine, owner):
    with pytest.raises(ZeroDivisionError):
        fail_after_noting(engine)
    write(engine)
    state = verified(owner)
    assert (state.checked, state.faults) == (ROWS + 1, ())


def test_an_action_of_no_list_is_not_written(engine, owner):
    with (
        pytest.raises(ValueError, match="made_up"),
        writing(engine, COMMAND_LINE, "made_up", "city"),  # type: ignore[arg-type]
    ):
        pass
    assert verified(owner).checked == ROWS


STATEMENTS = (
    "UPDATE audit SET facts = '{}'",
    "DELETE FROM audit",
    "TRUNCATE audit",
    "UPDATE audit_head SET number = 1",
    "DELETE FROM audit_head",
    "INSERT INTO audit (principal, role, action, subject, facts) VALUES ('x', 'admin', 'x', 'x', '{}')",
    "ALTER TABLE audit DISABLE TRIGGER ALL",
)


def become(connection: Connection, principal: Principal, statement: str) -> None:
    hashed = token_hash(principal.token or "").hex()
    connection.execute(text("SELECT set_config('fengtu.token', :t, true)"), {"t": hashed})
    connection.execute(text(f"SET LOCAL ROLE {roles.GROUPS[principal.role]}"))
    connection.execute(text(statement))


@pytest.mark.parametrize("role", Role)
def test_no_role_changes_the_audit(owner, login_as, sign_in, role):
    principal = sign_in(owner, role)
    server = login_as(owner, roles.SERVER)
    for statement in STATEMENTS:
        with (
            server.connect() as connection,
            pytest.raises(DBAPIError, match=r"permission denied|must be owner"),
        ):
            become(connection, principal, statement)
    assert faults(owner) == []


@pytest.mark.parametrize("login", [roles.SERVER, roles.IMPORTER, cluster.OWNER])
def test_no_login_of_ours_changes_the_audit(owner, login_as, login):
    other = login_as(owner, login)
    for statement in STATEMENTS[:3]:
        with other.connect() as connection, pytest.raises(DBAPIError, match=r"permission denied|insert-only"):
            connection.execute(text(statement))
    assert faults(owner) == []


def test_a_written_row_says_what_its_writer_said(owner):
    with owner.connect() as connection:
        row = connection.execute(text("SELECT * FROM audit WHERE number = 3")).one()
    assert (row.principal, row.role, row.action, row.subject) == ("command-line", "admin", "city.set", "city")
    assert row.facts == {"note": "第2条", "number": 2}
    assert abs((datetime.now(UTC) - row.at).total_seconds()) < 600
    assert json.dumps(row.facts)


@pytest.mark.parametrize("noted", ["", "12", "12:abc", "x:" + "0" * 64, "1:" + "g" * 64, "-1:" + "0" * 64])
def test_a_head_that_cannot_be_read_is_refused(noted):
    with pytest.raises(Refused, match="head_unreadable"):
        read_head(noted)
