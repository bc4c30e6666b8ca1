"""The gate: who comes in, who does not, what is kept of it, and that it can be asked by nobody else."""

import contextlib
import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import DBAPIError

from data import cluster, models
from data.access import delays, passwords
from data.access.gate import PostgisGate
from data.access.gate_functions import GATE_FUNCTIONS
from data.access.roles import GROUPS, IMPORTER, SERVER
from data.sessions import reading, writing
from data.store import PostgisStore
from data.writes.accounts import AccountBook
from grid.accounts import NewAccount
from grid.audits import Action
from grid.principals import COMMAND_LINE, Principal, Role
from grid.refusals import Refused

HERE, ELSEWHERE = "10.0.0.7", "10.9.9.9"
SECRET = "canary-horse-battery-91"  # noqa: S105
LoginAs = Callable[[Engine, str], Engine]


@pytest.fixture
def owner(engine: Engine, login_as: LoginAs) -> Iterator[Engine]:
    made = login_as(engine, cluster.OWNER)
    yield made
    made.dispose()


@pytest.fixture
def server(engine: Engine, login_as: LoginAs) -> Iterator[Engine]:
    made = login_as(engine, SERVER)
    yield made
    made.dispose()


@pytest.fixture
def book(owner: Engine, engine: Engine) -> AccountBook:
    return AccountBook(owner, COMMAND_LINE, engine)


@pytest.fixture
def gate(server: Engine, book: AccountBook) -> PostgisGate:
    book.add(NewAccount("bureau-1", Role.BUREAU, password=SECRET))
    return PostgisGate(server)


def refusal(call: Callable[..., object], *args: object) -> str:
    with pytest.raises(Refused) as caught:
        call(*args)
    return caught.value.code


def run(engine: Engine, statement: str, **values: object) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement), values)


def audit(owner: Engine) -> list[tuple[str, str, str]]:
    with owner.connect() as connection:
        rows = connection.execute(select(models.Audit).order_by(models.Audit.number))
        return [(row.action, row.principal, row.role) for row in rows]


def test_a_right_password_opens_a_session_and_its_token_is_stored_nowhere(
    gate: PostgisGate, owner: Engine
) -> None:
    ticket = gate.sign_in("Bureau-1 ", SECRET, HERE)
    token = ticket.principal.token
    assert token is not None
    assert len(token) >= 43
    assert gate.who(token, ELSEWHERE) == ticket.principal
    assert (ticket.principal.role, ticket.principal.label) == (Role.BUREAU, "bureau-1")
    assert 11.9 < (ticket.expires_at.timestamp() - time.time()) / 3600 <= 12.01
    with owner.connect() as connection:
        tables = ("account", "login_session", "audit", "sign_in_failure", "audit_head")
        kept = "".join(
            str(row)
            for table in tables
            for row in connection.execute(text(f"SELECT {table}::text FROM {table}"))
        )
    assert hashlib.sha256(token.encode()).hexdigest() in kept
    assert token not in kept
    assert SECRET not in kept
    assert token not in repr(ticket)


def test_no_statement_carries_a_token(gate: PostgisGate, server: Engine, book: AccountBook) -> None:
    """With ``log_statement`` on, parameters stand in the log of whoever runs the database."""
    sent: list[object] = []

    @event.listens_for(Engine, "before_cursor_execute")
    def keep(_: object, __: object, statement: str, parameters: object, *___: object) -> None:
        sent.append((statement, parameters))

    try:
        principal = gate.sign_in("bureau-1", SECRET, HERE).principal
        tokens = [principal.token or "", book.add_kiosk("hall-1", HERE)]
        gate.who(tokens[0], HERE)
        with reading(server, principal) as session:
            assert session.execute(text("SELECT access.my_public_id()")).scalar_one() == principal.id
        with writing(server, principal, Action.MATTERS_LIST, "petition", changes_data=False):
            pass
        changed = gate.change_password(tokens[0], SECRET, "a-new-canary-password", HERE)
        tokens.append(changed.principal.token or "")
        gate.sign_out(tokens[2])
    finally:
        event.remove(Engine, "before_cursor_execute", keep)
    assert len(sent) > 20
    for token in tokens:
        assert token not in str(sent)


def test_what_a_log_keeps_of_a_token_opens_no_session(gate: PostgisGate) -> None:
    token = gate.sign_in("bureau-1", SECRET, HERE).principal.token or ""
    hashed = hashlib.sha256(token.encode()).hexdigest()
    assert gate.who(hashed, HERE) is None
    assert gate.who(token, HERE) is not None


def test_every_sign_in_gives_another_token(gate: PostgisGate) -> None:
    tokens = {gate.sign_in("bureau-1", SECRET, HERE).principal.token for _ in range(3)}
    assert len(tokens) == 3


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE login_session SET expires_at = now() - interval '1 second'",
        "UPDATE login_session SET seen_at = now() - interval '3 hours'",
        "UPDATE login_session SET closed_at = now()",
        "UPDATE account SET disabled = true",
        "DELETE FROM login_session",
    ],
)
def test_a_session_that_is_over_is_nobodys(gate: PostgisGate, owner: Engine, change: str) -> None:
    token = gate.sign_in("bureau-1", SECRET, HERE).principal.token or ""
    assert gate.who(token, HERE) is not None
    run(owner, change)
    assert gate.who(token, HERE) is None


def test_an_idle_session_stays_closed_even_when_it_is_touched_again(gate: PostgisGate, owner: Engine) -> None:
    token = gate.sign_in("bureau-1", SECRET, HERE).principal.token or ""
    run(owner, "UPDATE login_session SET seen_at = now() - interval '3 hours'")
    assert gate.who(token, HERE) is None
    run(owner, "UPDATE login_session SET seen_at = now()")
    assert gate.who(token, HERE) is None


@pytest.mark.parametrize(
    "token",
    ["", "x" * 43, "a" * 5000, "null\0byte-in-a-token", "' OR true --'xxxxxx", "口令口令口令口令口令口令"],
)
def test_no_other_token_is_anybodys(gate: PostgisGate, token: str) -> None:
    gate.sign_in("bureau-1", SECRET, HERE)
    assert gate.who(token, HERE) is None
    gate.sign_out(token)


@pytest.mark.parametrize("address", ["", "unix", "not an address", "fe80::1%eth0", "::ffff:10.0.0.7"])
def test_an_odd_address_is_no_fault(gate: PostgisGate, address: str) -> None:
    ticket = gate.sign_in("bureau-1", SECRET, address)
    assert gate.who(ticket.principal.token or "", address) is not None


def test_a_kiosk_comes_from_its_own_address_only(gate: PostgisGate, book: AccountBook) -> None:
    token = book.add_kiosk("hall-1", "10.1.2.0/24")
    assert gate.who(token, "10.1.2.200") == Principal(
        gate.who(token, "10.1.2.3").id, Role.KIOSK, token, "hall-1"
    )  # type: ignore[union-attr]
    assert gate.who(token, "::ffff:10.1.2.3") is not None
    for foreign in ("10.1.3.1", "::1", "", "10.1.2.3, 10.9.9.9", "unix"):
        assert gate.who(token, foreign) is None
    gate.sign_out(token)
    assert gate.who(token, "10.1.2.3") is not None, "whoever stands before the screen must not end it"
    book.revoke_kiosk("hall-1")
    assert gate.who(token, "10.1.2.3") is None


def test_a_kiosks_coming_in_is_audited_and_so_is_a_wrong_link(
    gate: PostgisGate, book: AccountBook, owner: Engine
) -> None:
    token = book.add_kiosk("hall-1", "10.1.2.0/24")
    person = gate.sign_in("bureau-1", SECRET, HERE).principal.token or ""
    kiosk = gate.enter_kiosk(token, "10.1.2.200")
    assert kiosk == gate.who(token, "10.1.2.200")
    assert kiosk is not None
    for wrong, address in ((token, ELSEWHERE), ("x" * 43, "10.1.2.3"), (person, HERE)):
        assert gate.enter_kiosk(wrong, address) is None
    with owner.connect() as connection:
        rows = connection.execute(select(models.Audit).order_by(models.Audit.number)).all()
    opened, *refused = rows[-4:]
    assert (opened.action, opened.principal, opened.role) == (Action.SESSION_OPEN, kiosk.id, "kiosk")
    assert opened.facts == {"address": "10.1.2.200", "by": "kiosk"}
    assert {(row.action, row.principal, row.role) for row in refused} == {
        (Action.SESSION_REFUSE, "unknown", "unknown")
    }
    assert [row.facts["address"] for row in refused] == [ELSEWHERE, "10.1.2.3", HERE]
    assert token not in str(rows)


def test_wrong_links_do_not_flood_the_audit_and_keep_no_kiosk_out(
    gate: PostgisGate, book: AccountBook, owner: Engine
) -> None:
    token = book.add_kiosk("hall-1", HERE)
    before = len(audit(owner))
    for _ in range(30):
        assert gate.enter_kiosk("x" * 43, HERE) is None
    assert 3 <= len(audit(owner)) - before <= 8
    assert gate.enter_kiosk(token, HERE) is not None
    assert audit(owner)[-1][0] == Action.SESSION_OPEN


def test_a_kiosk_has_no_other_way_in(gate: PostgisGate, book: AccountBook) -> None:
    token = book.add_kiosk("hall-1", HERE)
    assert refusal(gate.sign_in_asserted, "hall-1", HERE) == "sign_in_failed"
    assert refusal(gate.sign_in, "hall-1", "", HERE) == "sign_in_failed"
    assert refusal(gate.change_password, token, "", "another-good-one-7", HERE) == "sign_in_failed"


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("bureau-1", "wrong"),
        ("bureau-1", ""),
        ("bureau-1", SECRET + " "),
        ("bureau-1", "x" * 100_000),
        ("bureau-1", "\ud800 lone surrogate"),
        ("nobody", SECRET),
        ("", SECRET),
        ("no\0body", SECRET),
        ("' OR true --", SECRET),
        ("off-1", SECRET),
        ("provider-1", ""),
    ],
)
def test_nothing_else_comes_in_and_no_refusal_says_why(
    gate: PostgisGate, book: AccountBook, login: str, password: str
) -> None:
    book.add(NewAccount("off-1", Role.LEADER, password=SECRET))
    book.set_disabled("off-1", True)
    book.add(NewAccount("provider-1", Role.LEADER))
    with pytest.raises(Refused) as caught:
        gate.sign_in(login, password, HERE)
    assert str(caught.value) == "sign_in_failed()"


def test_failures_are_audited_without_what_was_typed(gate: PostgisGate, owner: Engine) -> None:
    refusal(gate.sign_in, SECRET, "typed the password as name", HERE)
    refusal(gate.sign_in, "bureau-1", "a-wrong-canary-password", HERE)
    ticket = gate.sign_in("bureau-1", SECRET, HERE)
    gate.sign_out(ticket.principal.token or "")
    gate.sign_out(ticket.principal.token or "")
    who = ticket.principal.id
    assert audit(owner)[1:] == [
        (Action.SESSION_REFUSE, "unknown", "unknown"),
        (Action.SESSION_REFUSE, who, "bureau"),
        (Action.SESSION_OPEN, who, "bureau"),
        (Action.SESSION_CLOSE, who, "bureau"),
    ]
    with owner.connect() as connection:
        kept = str(connection.execute(text("SELECT audit::text FROM audit")).all())
    assert "canary" not in kept
    assert "typed" not in kept


def test_delays_grow_and_end_and_a_success_clears_them(gate: PostgisGate, owner: Engine) -> None:
    for _ in range(3):
        assert refusal(gate.sign_in, "bureau-1", "wrong", HERE) == "sign_in_failed"
    seen = []
    for _ in range(4):
        with pytest.raises(Refused) as caught:
            gate.sign_in("bureau-1", SECRET, HERE)
        assert caught.value.code == "sign_in_delayed", "also the right password waits"
        seen.append(caught.value.facts["seconds"])
        run(owner, "UPDATE sign_in_failure SET last_at = last_at - interval '1000 seconds'")
        refusal(gate.sign_in, "bureau-1", "wrong", HERE)
    assert seen == [1, 2, 4, 8]
    run(owner, "UPDATE sign_in_failure SET last_at = last_at - interval '1000 seconds'")
    gate.sign_in("bureau-1", SECRET, HERE)
    with owner.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sign_in_failure")).scalar_one() == 0


def test_nobody_keeps_an_account_out_from_elsewhere(
    gate: PostgisGate, owner: Engine, book: AccountBook
) -> None:
    """Whoever knows a login can fail by it for ever: those who own it wait half a minute at most."""
    refusal(gate.sign_in, "bureau-1", "wrong", ELSEWHERE)
    run(owner, "UPDATE sign_in_failure SET count = 1000")
    with pytest.raises(Refused) as caught:
        gate.sign_in("bureau-1", SECRET, HERE)
    assert caught.value.facts["seconds"] == delays.LONGEST_FOR_ACCOUNT_S <= 30
    run(owner, "UPDATE sign_in_failure SET last_at = last_at - interval '31 seconds'")
    gate.sign_in("bureau-1", SECRET, HERE)
    assert refusal(gate.sign_in, "bureau-1", SECRET, ELSEWHERE) == "sign_in_delayed", "the guesser waits on"


def test_a_success_does_not_free_its_address_of_failures_with_other_names(
    gate: PostgisGate, owner: Engine
) -> None:
    for number in range(delays.FREE_FOR_ADDRESS):
        if number % 3 == 2:
            gate.sign_in("bureau-1", SECRET, HERE)
        refusal(gate.sign_in, f"name-{number}", "wrong", HERE)
    assert refusal(gate.sign_in, "bureau-1", SECRET, HERE) == "sign_in_delayed"


@pytest.mark.parametrize("way", ["password", "enable"])
def test_an_administrator_lets_in_who_is_delayed(
    gate: PostgisGate, book: AccountBook, owner: Engine, way: str
) -> None:
    book.add(NewAccount("leader-1", Role.LEADER, password=SECRET))
    for login in ("bureau-1", "leader-1"):
        for _ in range(4):
            with contextlib.suppress(Refused):
                gate.sign_in(login, "wrong", HERE)
    # A delay of seconds may be over on a slow machine before it is looked at.
    run(owner, "UPDATE sign_in_failure SET count = count + 8 WHERE count <= 4")
    assert refusal(gate.sign_in, "bureau-1", SECRET, HERE) == "sign_in_delayed"
    if way == "password":
        book.set_password("bureau-1", SECRET)
    else:
        book.set_disabled("bureau-1", True)
        book.set_disabled("bureau-1", False)
    gate.sign_in("bureau-1", SECRET, HERE)
    assert refusal(gate.sign_in, "leader-1", SECRET, HERE) == "sign_in_delayed"


def test_no_delay_is_for_good(gate: PostgisGate, owner: Engine) -> None:
    refusal(gate.sign_in, "bureau-1", "wrong", HERE)
    run(owner, "UPDATE sign_in_failure SET count = 2000000000")
    with pytest.raises(Refused) as caught:
        gate.sign_in("bureau-1", SECRET, HERE)
    assert caught.value.facts["seconds"] == delays.LONGEST_DELAY_S
    run(owner, "UPDATE sign_in_failure SET last_at = now() - interval '901 seconds'")
    gate.sign_in("bureau-1", SECRET, HERE)
    refusal(gate.sign_in, "bureau-1", "wrong", HERE)
    run(owner, "UPDATE sign_in_failure SET count = 50, last_at = now() - interval '2 hours'")
    refusal(gate.sign_in, "bureau-1", "wrong", HERE)
    gate.sign_in("bureau-1", SECRET, HERE)


def test_one_address_that_tries_many_names_waits(gate: PostgisGate, owner: Engine) -> None:
    for number in range(delays.FREE_FOR_ADDRESS):
        assert refusal(gate.sign_in, f"name-{number}", "wrong", "2001:db8::1") == "sign_in_failed"
    assert refusal(gate.sign_in, "bureau-1", SECRET, "2001:db8::2") == "sign_in_delayed"
    gate.sign_in("bureau-1", SECRET, HERE)


def test_guesses_at_once_do_not_pass_the_delay(gate: PostgisGate, owner: Engine) -> None:
    """Each guess looks whether it must wait before it stands in the queue: it has to look again after."""
    with ThreadPoolExecutor(20) as pool:
        codes = list(pool.map(lambda n: refusal(gate.sign_in, "bureau-1", f"wrong-{n}", HERE), range(20)))
    assert codes.count("sign_in_failed") <= delays.FREE_FOR_ACCOUNT + 2 * 2
    assert set(codes) == {"sign_in_failed", "sign_in_delayed"}


def test_a_burst_is_answered_within_bounds(server: Engine, book: AccountBook) -> None:
    for number in range(6):
        book.add(NewAccount(f"worker-{number}", Role.LEADER, password=SECRET))
    gate = PostgisGate(server, passwords.VerificationQueue(longest_wait_s=1.0))
    at_once, most = 0, 0
    lasted: list[float] = []
    lock = threading.Lock()
    verify = passwords._HASHER.verify

    def come(number: int) -> str:
        try:
            gate.sign_in(f"worker-{number % 6}", SECRET, HERE)
        except Refused as refused:
            return refused.code
        return "in"

    def counted(*args: str) -> bool:
        nonlocal at_once, most
        with lock:
            at_once, most = at_once + 1, max(most, at_once + 1)
        began = time.monotonic()
        try:
            return verify(*args)
        finally:
            with lock:
                at_once -= 1
                lasted.append(time.monotonic() - began)

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(60) as pool:
        patch.setattr("data.access.passwords._HASHER", _Counting(counted))
        began = time.monotonic()
        outcomes = list(pool.map(come, range(60)))
        took = time.monotonic() - began
    assert set(outcomes) <= {"in", "sign_in_busy"}
    assert most <= 2
    # By what one took meanwhile: two slots let in as many as they can while the longest waits.
    one_s = sum(lasted) / len(lasted)
    assert outcomes.count("in") >= min(10, 1.0 / one_s)
    assert took < max(15, 60 * one_s)


class _Counting:
    def __init__(self, verify: Callable[..., bool]) -> None:
        self.verify = verify

    def check_needs_rehash(self, _: str) -> bool:
        return False


def test_an_unknown_name_takes_as_long_as_a_known_one(gate: PostgisGate, owner: Engine) -> None:
    def least(login: str) -> float:
        taken = []
        for _ in range(7):
            run(owner, "DELETE FROM sign_in_failure")
            began = time.process_time()
            refusal(gate.sign_in, login, "wrong password", HERE)
            taken.append(time.process_time() - began)
        # Time of this process: what a busy machine adds is not in it.
        return min(taken)

    least("nobody")
    known, unknown, unreadable = least("bureau-1"), least("nobody"), least("' --")
    assert 0.6 < unknown / known < 1.6
    assert 0.6 < unreadable / known < 1.6


def test_a_hash_with_other_parameters_is_made_anew(gate: PostgisGate, owner: Engine) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(SECRET)
    run(owner, "UPDATE account SET password_hash = :old", old=old)
    gate.sign_in("bureau-1", SECRET, HERE)
    with owner.connect() as connection:
        new = connection.execute(select(models.Account.password_hash)).scalar_one()
    assert new != old
    assert new.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    gate.sign_in("bureau-1", SECRET, HERE)


def test_a_new_password_ends_every_session_but_its_own(gate: PostgisGate, owner: Engine) -> None:
    first, second = (gate.sign_in("bureau-1", SECRET, HERE).principal.token or "" for _ in range(2))
    assert refusal(gate.change_password, first, "wrong", "a-new-canary-password", HERE) == "sign_in_failed"
    for weak in ("short", "1234567890", "xx-bureau-1-xx", "a" * 30, "p@ssw0rd123", "１２３４５６７８９０"):
        assert refusal(gate.change_password, first, SECRET, weak, HERE) == "password_weak"
    assert gate.who(second, HERE) is not None
    ticket = gate.change_password(first, SECRET, "a-new-canary-password", HERE)
    assert gate.who(first, HERE) is None
    assert gate.who(second, HERE) is None
    assert gate.who(ticket.principal.token or "", HERE) == ticket.principal
    assert refusal(gate.sign_in, "bureau-1", SECRET, HERE) == "sign_in_failed"
    gate.sign_in("bureau-1", "ａ-new-canary-password", HERE)
    assert Action.PASSWORD_CHANGE in [action for action, _, _ in audit(owner)]


def test_a_provider_lets_in_accounts_that_are_there_and_enabled(
    gate: PostgisGate, book: AccountBook, owner: Engine
) -> None:
    book.add(NewAccount("provider-1", Role.AUDITOR))
    ticket = gate.sign_in_asserted("Provider-1", HERE)
    assert gate.who(ticket.principal.token or "", HERE) == ticket.principal
    book.set_disabled("provider-1", True)
    for login in ("provider-1", "nobody", "", "no\0body"):
        assert refusal(gate.sign_in_asserted, login, HERE) == "sign_in_failed"
    assert [action for action, _, _ in audit(owner)].count(Action.SESSION_REFUSE) == 4


@pytest.mark.parametrize(
    "login", ["\u212aiosk-man", "ki\u017fta", "kiosk-man ", " kiosk-man", "kiosk-man\n", "ｋiosk-man"]
)
def test_a_name_that_only_looks_like_an_accounts_is_nobodys(
    gate: PostgisGate, book: AccountBook, login: str
) -> None:
    """``"\u212a".lower()`` is an ordinary k; a provider may let anyone choose such a name."""
    for name in ("kiosk-man", "kista"):
        book.add(NewAccount(name, Role.ADMIN, password=SECRET))
    assert refusal(gate.sign_in_asserted, login, HERE) == "sign_in_failed"
    if not login.isascii():
        assert refusal(gate.sign_in, login, SECRET, HERE) == "sign_in_failed"
    gate.sign_in_asserted("Kiosk-Man", HERE)


REAL = (
    "INSERT INTO edition (level, code_system, vintage, source, source_crs, synthetic, valid_from, valid_to,"
    " batch_id) SELECT 'county', 'TEST', '2026', 'x', 'EPSG:4490', :synthetic, '2026-01-01', :until, max(id)"
    " FROM import_batch"
)
BATCH = (
    "INSERT INTO import_batch (kind, file_name, sha256, options, dry_run, principal, seconds, rows, accepted,"
    " review, refused) VALUES ('boundaries', 'x', 'x', '{}', false, 'x', 0, 0, 0, 0, 0)"
)


def test_the_demos_accounts_end_with_the_first_real_boundaries(
    gate: PostgisGate, server: Engine, book: AccountBook, engine: Engine
) -> None:
    """Their passwords are printed: who knows a demo must not come into a city."""
    book.add(NewAccount("demo-1", Role.ADMIN, password=SECRET), demo=True)
    kiosk = book.add_kiosk("demo-hall", HERE, demo=True)
    run(engine, BATCH)
    run(engine, REAL, synthetic=True, until=None)
    run(engine, REAL, synthetic=False, until="2026-02-01")
    demo, other = (gate.sign_in(name, SECRET, HERE).principal for name in ("demo-1", "bureau-1"))
    assert gate.who(kiosk, HERE) is not None
    with reading(server, demo) as session:
        rows = text("SELECT count(*) FROM data_version")
        assert session.execute(rows).scalar_one() == 1
        run(engine, REAL, synthetic=False, until=None)
        assert session.execute(rows).scalar_one() == 0, "from the next statement on"
    assert refusal(gate.sign_in, "demo-1", SECRET, HERE) == "sign_in_failed"
    assert refusal(gate.sign_in_asserted, "demo-1", HERE) == "sign_in_failed"
    for token in (kiosk, demo.token or ""):
        assert gate.who(token, HERE) is None
    assert gate.who(other.token or "", HERE) == other
    gate.sign_in("bureau-1", SECRET, HERE)


def test_disabling_takes_effect_at_the_next_statement_of_an_open_transaction(
    gate: PostgisGate, server: Engine, book: AccountBook
) -> None:
    principal = gate.sign_in("bureau-1", SECRET, HERE).principal
    with reading(server, principal) as session:
        assert session.execute(text("SELECT count(*) FROM data_version")).scalar_one() == 1
        book.set_disabled("bureau-1", True)
        assert session.execute(text("SELECT count(*) FROM data_version")).scalar_one() == 0


def test_a_session_that_ended_meanwhile_writes_nothing(
    gate: PostgisGate, server: Engine, book: AccountBook, owner: Engine
) -> None:
    book.add(NewAccount("admin-1", Role.ADMIN, password=SECRET))
    admin = gate.sign_in("admin-1", SECRET, HERE).principal
    with contextlib.suppress(DBAPIError), writing(server, admin, Action.CITY_SET, "city") as session:
        session.execute(text("INSERT INTO city_setting VALUES ('name', 'canary')"))
        book.end_sessions("admin-1")
    with owner.connect() as connection:
        assert "canary" not in str(connection.execute(text("SELECT audit::text FROM audit")).all())
    assert AccountBook(owner, COMMAND_LINE, server)  # the pool is whole
    with pytest.raises(Refused) as caught:
        PostgisStore(server).accounts(admin).add(NewAccount("x-1", Role.LEADER))
    assert caught.value.code == "not_allowed"


@pytest.mark.parametrize("role", [*GROUPS.values(), IMPORTER])
def test_nobody_else_may_ask_what_the_gate_asks(engine: Engine, login_as: LoginAs, role: str) -> None:
    name = SERVER if role in GROUPS.values() else role
    other = login_as(engine, name)
    for function in GATE_FUNCTIONS:
        if (role, function.name) == (GROUPS[Role.ADMIN], "forget_failures"):
            continue  # who sets a new password lets its holder try it at once
        nulls = ", ".join("NULL" for argument in function.arguments.split(", ") if argument)
        with other.connect() as connection, connection.begin():
            connection.execute(text(f"SET LOCAL ROLE {role}"))
            with pytest.raises(DBAPIError) as caught:
                connection.execute(text(f"SELECT access.{function.name}({nulls})"))
            assert "permission denied" in str(caught.value.orig)
    other.dispose()


def test_the_servers_login_reads_no_table_of_accounts(server: Engine) -> None:
    for table in ("account", "login_session", "account_scope", "sign_in_failure", "recusal", "audit"):
        with server.connect() as connection, pytest.raises(DBAPIError):
            connection.execute(text(f"SELECT 1 FROM {table}"))


def test_a_password_stands_in_no_error_and_no_log(
    gate: PostgisGate,
    server: Engine,
    owner: Engine,
    caplog: pytest.LogCaptureFixture,
    cluster_settings: object,
) -> None:
    run(owner, "ALTER TABLE audit ADD CONSTRAINT nothing_more CHECK (id < 0) NOT VALID")
    said = []
    for login, password in (("bureau-1", SECRET), ("bureau-1", "wrong-canary"), (SECRET, "x")):
        with pytest.raises(DBAPIError) as caught:
            gate.sign_in(login, password, HERE)
        said.append(str(caught.value) + repr(caught.value) + str(caught.value.__cause__))
    log = (cluster_settings.cluster_dir / "postgresql.log").read_text(errors="replace")  # type: ignore[attr-defined]
    assert "canary" not in "".join(said) + caplog.text
    assert "canary" not in log


def test_the_pulse_is_for_anyone(gate: PostgisGate) -> None:
    assert gate.pulse().number >= 0


def test_a_database_that_is_down_is_said_to_be(login_as: LoginAs, engine: Engine) -> None:
    from data.sessions import make_engine

    nowhere = make_engine("postgresql+psycopg://fengtu_server@/nothing?host=/nonexistent")
    gate = PostgisGate(nowhere)
    assert refusal(gate.who, "x" * 43, HERE) == "database_down"
    assert refusal(gate.sign_in, "bureau-1", SECRET, HERE) == "database_down"
    assert refusal(gate.pulse) == "database_down"
