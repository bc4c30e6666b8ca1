"""Accounts, scopes, kiosks and recusals: what an administrator may make, and what no account may be."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, select, text

from data import cluster, models
from data.access.gate import PostgisGate
from data.access.roles import SERVER
from data.demo.accounts import FILE_NAME, is_synthetic, keep_demo_accounts
from data.diagnosis import _demo_accounts
from data.sessions import reading
from data.store import PostgisStore
from data.writes.accounts import AccountBook
from data.writes.recusals import RecusalBook
from grid.accounts import CitySettings, NewAccount, Scope, ScopePart
from grid.audits import Action
from grid.principals import COMMAND_LINE, Principal, Role
from grid.refusals import Refused

HERE = "10.0.0.7"
SECRET = "canary-horse-battery-91"  # noqa: S105
GRID, VILLAGE, TOWN, COUNTY, ZONE = (
    "990101001001001", "990101001001", "990101001", "990101", "990171",
)  # fmt: skip
LoginAs = Callable[[Engine, str], Engine]
SignIn = Callable[..., Principal]


@pytest.fixture
def owner(small_city: Engine, login_as: LoginAs) -> Iterator[Engine]:
    made = login_as(small_city, cluster.OWNER)
    yield made
    made.dispose()


@pytest.fixture
def server(small_city: Engine, login_as: LoginAs) -> Iterator[Engine]:
    made = login_as(small_city, SERVER)
    yield made
    made.dispose()


@pytest.fixture
def admin(small_city: Engine, sign_in: SignIn) -> Principal:
    return sign_in(small_city, Role.ADMIN)


@pytest.fixture(params=["command line", "administrator"])
def book(
    request: pytest.FixtureRequest, owner: Engine, server: Engine, small_city: Engine, admin: Principal
) -> AccountBook:
    """The same desk for both who may use it, each with no more than its own rights."""
    _units(small_city)
    if request.param == "command line":
        return AccountBook(owner, COMMAND_LINE, small_city)
    return PostgisStore(server).accounts(admin)


def _units(city: Engine) -> None:
    with city.begin() as connection:
        connection.execute(
            text("UPDATE unit SET name = a.name || '人民政府' FROM area a WHERE a.id = unit.area_id")
        )
        connection.execute(text("INSERT INTO unit (name, kind) VALUES ('市住建局', 'department')"))


def refusal(call: Callable[..., object], *args: object) -> str:
    with pytest.raises(Refused) as caught:
        call(*args)
    assert "canary" not in str(caught.value)
    return caught.value.code


def view(book: AccountBook, login: str):  # type: ignore[no-untyped-def]
    return next(one for one in book.accounts() if one.login == login)


def test_accounts_are_listed_with_their_scope(book: AccountBook) -> None:
    book.add(NewAccount("Worker-1", Role.WORKER, Scope((VILLAGE, GRID, GRID)), SECRET))
    book.add(NewAccount("town-1", Role.TOWN, Scope((TOWN, COUNTY))))
    book.add(NewAccount("unit-1", Role.UNIT, Scope(units=("市住建局", COUNTY)), SECRET))
    book.add(NewAccount("leader-1", Role.LEADER, password=SECRET))
    assert view(book, "worker-1").scope == (
        ScopePart(VILLAGE, "云岭县东山街道东东1村"),
        ScopePart(GRID, "云岭县东山街道东东1村第1网格"),
    )
    assert [part.key for part in view(book, "town-1").scope] == [COUNTY, TOWN]
    assert set(view(book, "unit-1").scope) == {
        ScopePart(COUNTY, "云岭县人民政府"),
        ScopePart("市住建局", "市住建局"),
    }
    assert view(book, "leader-1").scope == ()
    assert not view(book, "leader-1").demo
    assert SECRET not in repr(book.accounts()) + repr(NewAccount("x", Role.LEADER, password=SECRET))


@pytest.mark.parametrize(
    ("login", "code"),
    [
        ("a", "login_unreadable"),
        ("x" * 41, "login_unreadable"),
        ("信访局", "login_unreadable"),
        ("with space", "login_unreadable"),
        ("-begins", "login_unreadable"),
        ("nul\0", "login_unreadable"),
        ("13812345678", "login_personal"),
        ("wang-138-1234-5678", "login_personal"),
        ("8613812345678", "login_personal"),
        ("0571-88886666", "login_personal"),
        ("330106199001011234", "login_personal"),
        ("33010619900101123X", "login_personal"),
        ("id_330106900101123", "login_personal"),
        ("88886666", "login_personal"),
        ("someone@example.cn", "login_personal"),
    ],
)
def test_a_login_is_a_work_name(book: AccountBook, login: str, code: str) -> None:
    assert refusal(book.add, NewAccount(login, Role.LEADER)) == code
    assert refusal(book.add_kiosk, login, HERE) == code


@pytest.mark.parametrize(
    ("role", "scope", "code"),
    [
        (Role.WORKER, Scope(), "scope_missing_worker"),
        (Role.TOWN, Scope(), "scope_missing_town"),
        (Role.UNIT, Scope(), "scope_missing_unit"),
        (Role.WORKER, Scope(units=("市住建局",)), "scope_not_for_role"),
        (Role.UNIT, Scope((COUNTY,)), "scope_not_for_role"),
        (Role.ADMIN, Scope((COUNTY,)), "scope_not_for_role"),
        (Role.BUREAU, Scope(units=("市住建局",)), "scope_not_for_role"),
        (Role.WORKER, Scope((GRID, TOWN)), "area_level_wrong"),
        (Role.TOWN, Scope((VILLAGE,)), "area_level_wrong"),
        (Role.TOWN, Scope((ZONE,)), "area_level_wrong"),
        (Role.TOWN, Scope(("999999",)), "area_code_unknown"),
        (Role.UNIT, Scope(units=("市外星局",)), "unit_unknown"),
        (Role.UNIT, Scope(units=("双石镇人民政府",)), "unit_ambiguous"),
        (Role.KIOSK, Scope(), "role_is_kiosk"),
        (Role.WORKER, Scope(tuple(map(str, range(501)))), "scope_too_large"),
    ],
)
def test_a_scope_fits_its_role_or_nothing_is_made(
    book: AccountBook, role: Role, scope: Scope, code: str
) -> None:
    before = len(book.accounts())
    assert refusal(book.add, NewAccount("some-1", role, scope, SECRET)) == code
    assert len(book.accounts()) == before
    book.add(NewAccount("leader-1", Role.LEADER))
    assert refusal(book.set_role, "leader-1", role, scope) == code
    assert (view(book, "leader-1").role, view(book, "leader-1").scope) == (Role.LEADER, ())


def keys(parts: tuple[ScopePart, ...]) -> list[str]:
    return [part.key for part in parts]


def test_a_scope_is_found_by_words_of_names_or_a_code(book: AccountBook) -> None:
    found = book.find_scope(Role.WORKER, "云岭县 东东1村 第1")
    assert found == (ScopePart(GRID, "云岭县东山街道东东1村第1网格"),)
    assert keys(book.find_scope(Role.WORKER, VILLAGE))[:2] == [VILLAGE, GRID]
    # Two towns of two counties have one name: the county tells them apart.
    assert [part.name for part in book.find_scope(Role.TOWN, "双石镇")] == ["云岭县双石镇", "临江区双石镇"]
    assert keys(book.find_scope(Role.UNIT, "住建")) == ["市住建局"]
    assert COUNTY in keys(book.find_scope(Role.TOWN, ""))


@pytest.mark.parametrize("words", ["%", "_", "'; DROP TABLE area --", "\\", "没有这个地方"])
def test_what_is_searched_for_is_literal(book: AccountBook, words: str) -> None:
    assert [book.find_scope(role, words) for role in (Role.WORKER, Role.TOWN, Role.UNIT)] == [(), (), ()]


def test_a_role_without_a_scope_is_offered_none_and_nobody_a_functional_area(book: AccountBook) -> None:
    assert book.find_scope(Role.LEADER, "") == ()
    assert book.find_scope(Role.TOWN, "枫溪经济开发区") == ()


def test_a_code_that_two_areas_have_is_ambiguous(book: AccountBook, small_city: Engine) -> None:
    with small_city.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO area (edition_id, level, kind, code, name, code_system, vintage, area_km2,"
                " valid_from, geom, label) SELECT (SELECT max(id) FROM edition), level, kind, code, name,"
                " code_system, vintage, area_km2, valid_from, geom, label FROM area WHERE code = :code"
            ),
            {"code": TOWN},
        )
    assert refusal(book.add, NewAccount("town-1", Role.TOWN, Scope((TOWN,)))) == "area_code_ambiguous"


def test_weak_passwords_and_taken_names_are_refused(book: AccountBook) -> None:
    assert refusal(book.add, NewAccount("leader-1", Role.LEADER, password="short")) == "password_weak"  # noqa: S106
    assert refusal(book.add, NewAccount("leader-10", Role.LEADER, password="LEADER-10-")) == "password_weak"  # noqa: S106
    book.add(NewAccount("leader-1", Role.LEADER))
    assert refusal(book.add, NewAccount("LEADER-1", Role.BUREAU)) == "login_taken"
    assert refusal(book.add_kiosk, "leader-1", HERE) == "login_taken"
    assert view(book, "leader-1").role is Role.LEADER
    assert refusal(book.set_password, "leader-1", "1234567890") == "password_weak"


@pytest.mark.parametrize(
    "change",
    [
        lambda book: book.set_scope("worker-1", Scope((GRID,))),
        lambda book: book.set_role("worker-1", Role.LEADER, Scope()),
        lambda book: book.set_disabled("worker-1", True),
        lambda book: book.set_disabled("worker-1", False),
        lambda book: book.set_password("worker-1", "another-good-one-7"),
        lambda book: book.end_sessions("worker-1"),
    ],
)
def test_a_change_ends_the_accounts_sessions_and_no_others(
    book: AccountBook, server: Engine, change: Callable[[AccountBook], None]
) -> None:
    gate = PostgisGate(server)
    for login in ("worker-1", "worker-2"):
        book.add(NewAccount(login, Role.WORKER, Scope((VILLAGE,)), SECRET))
    token, other = (
        gate.sign_in(login, SECRET, HERE).principal.token or "" for login in ("worker-1", "worker-2")
    )
    assert view(book, "worker-1").live_sessions == 1
    change(book)
    assert gate.who(token, HERE) is None
    assert gate.who(other, HERE) is not None
    assert view(book, "worker-1").live_sessions == 0


def test_enabling_revives_no_session(book: AccountBook, server: Engine) -> None:
    gate = PostgisGate(server)
    book.add(NewAccount("leader-1", Role.LEADER, password=SECRET))
    token = gate.sign_in("leader-1", SECRET, HERE).principal.token or ""
    book.set_disabled("leader-1", True)
    assert refusal(gate.sign_in, "leader-1", SECRET, HERE) == "sign_in_failed"
    book.set_disabled("leader-1", False)
    assert gate.who(token, HERE) is None
    gate.sign_in("leader-1", SECRET, HERE)


def test_a_scope_is_replaced_and_seen_by_the_database(
    book: AccountBook, server: Engine, small_city: Engine
) -> None:
    gate = PostgisGate(server)
    book.add(NewAccount("worker-1", Role.WORKER, Scope((VILLAGE,)), SECRET))
    before = _grids(server, gate.sign_in("worker-1", SECRET, HERE).principal)
    book.set_scope("worker-1", Scope((GRID,)))
    after = _grids(server, gate.sign_in("worker-1", SECRET, HERE).principal)
    assert len(before) == 2
    assert after < before
    assert len(after) == 1
    book.set_role("worker-1", Role.TOWN, Scope((TOWN,)))
    assert view(book, "worker-1").role is Role.TOWN
    assert [part.key for part in view(book, "worker-1").scope] == [TOWN]


def _grids(server: Engine, principal: Principal) -> set[int]:
    with reading(server, principal) as session:
        return set(session.execute(text("SELECT access.my_grids()")).scalar_one())


def test_unknown_logins_are_said_to_be(book: AccountBook) -> None:
    for call, args in (
        (book.set_scope, (Scope(),)), (book.set_role, (Role.LEADER, Scope())), (book.set_disabled, (True,)),
        (book.end_sessions, ()), (book.set_password, (SECRET,)), (book.revoke_kiosk, ()),
    ):  # fmt: skip
        assert refusal(call, "nobody-1", *args) == "login_unknown"


def test_a_kiosk_is_revoked_for_good_and_can_be_added_again(book: AccountBook, server: Engine) -> None:
    gate = PostgisGate(server)
    for bad in ("", "here", "0.0.0.0/0", "::/0", "10.1.2.3; DROP TABLE", "10.1.2"):
        assert refusal(book.add_kiosk, "hall-1", bad) == "address_unreadable"
    first = book.add_kiosk("hall-1", "10.1.2.9/24")
    assert view(book, "hall-1").bound_to == "10.1.2.0/24"
    assert refusal(book.add_kiosk, "hall-1", HERE) == "login_taken"
    for change in (lambda: book.set_password("hall-1", SECRET), lambda: book.set_scope("hall-1", Scope())):
        assert refusal(change) == "role_is_kiosk"
    assert refusal(book.set_role, "hall-1", Role.BUREAU, Scope()) == "role_is_kiosk"
    book.revoke_kiosk("hall-1")
    assert gate.who(first, "10.1.2.3") is None
    assert refusal(book.set_disabled, "hall-1", False) == "kiosk_revoked"
    second = book.add_kiosk("hall-1", HERE)
    assert gate.who(first, "10.1.2.3") is None
    assert gate.who(second, HERE) is not None
    assert view(book, "hall-1").bound_to == HERE
    book.add(NewAccount("leader-1", Role.LEADER))
    assert refusal(book.revoke_kiosk, "leader-1") == "kiosk_unknown"
    assert not view(book, "leader-1").disabled


def test_settings_are_read_and_set_whole(book: AccountBook) -> None:
    assert book.settings() == CitySettings("", "", "", True)
    book.set_settings(CitySettings("  枫溪市\n", "市自然资源局", "浙S(2026)1号", False, " 0579－88881234"))
    assert book.settings() == CitySettings("枫溪市", "市自然资源局", "浙S(2026)1号", False, "0579-88881234")
    for line, code in (("138 0013 8000", "office_line_personal"), ("李四", "office_line_unreadable")):
        assert refusal(book.set_settings, CitySettings("x", "", "", True, line)) == code
    assert book.settings().office_line == "0579-88881234", "what is refused changes nothing"


def test_nobody_changes_their_own_account(server: Engine, admin: Principal) -> None:
    book = PostgisStore(server).accounts(admin)
    for call in (
        lambda: book.set_disabled(admin.label, True),
        lambda: book.set_role(admin.label, Role.BUREAU, Scope()),
        lambda: book.set_password(admin.label, SECRET), lambda: book.end_sessions(admin.label),
    ):  # fmt: skip
        assert refusal(call) == "account_own"
    assert view(book, admin.label).role is Role.ADMIN


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_no_other_role_has_an_administrators_desk(
    small_city: Engine, server: Engine, sign_in: SignIn, owner: Engine, role: Role
) -> None:
    book = PostgisStore(server).accounts(sign_in(small_city, role))
    for call, args in (
        (book.add, (NewAccount("mine-1", Role.ADMIN, password=SECRET),)),
        (book.set_disabled, ("nobody", True)),
        (book.add_kiosk, ("mine-2", HERE)),
        (book.set_settings, (CitySettings("mine", "", "", True),)),
    ):
        assert refusal(call, *args) in {"not_allowed", "login_unknown"}
    assert {one.login for one in AccountBook(owner, COMMAND_LINE, small_city).accounts()} == {
        view.login for view in AccountBook(owner, COMMAND_LINE, small_city).accounts() if view.role is role
    }


def test_a_principal_that_calls_itself_administrator_is_none(
    server: Engine, small_city: Engine, sign_in: SignIn
) -> None:
    """The role comes from the token; the one in the principal only says which grants to try."""
    leader = sign_in(small_city, Role.LEADER)
    forged = Principal(leader.id, Role.ADMIN, leader.token)
    book = PostgisStore(server).accounts(forged)
    assert book.accounts() == ()
    assert refusal(book.add, NewAccount("mine-1", Role.ADMIN, password=SECRET)) == "not_allowed"


def test_the_audit_tells_what_a_change_took_away(book: AccountBook, owner: Engine) -> None:
    book.add(NewAccount("town-1", Role.TOWN, Scope((TOWN, COUNTY))))
    book.set_scope("town-1", Scope((TOWN,)))
    book.set_role("town-1", Role.UNIT, Scope(units=("市住建局",)))
    book.set_role("town-1", Role.LEADER, Scope())
    told = "SELECT facts FROM audit WHERE action IN ('account.scope', 'account.role') ORDER BY number"
    with owner.connect() as connection:
        facts = connection.execute(text(told)).scalars().all()
    assert [(one["role_before"], one["areas_before"], one["units_before"]) for one in facts] == [
        ("town", [COUNTY, TOWN], []),
        ("town", [TOWN], []),
        ("unit", [], ["市住建局"]),
    ]


def test_changes_are_audited_without_passwords(book: AccountBook, owner: Engine, admin: Principal) -> None:
    book.add(NewAccount("worker-1", Role.WORKER, Scope((VILLAGE,)), SECRET))
    book.set_password("worker-1", "second-" + SECRET)
    book.set_scope("worker-1", Scope((GRID,)))
    token = book.add_kiosk("hall-1", HERE)
    public_id = view(book, "worker-1").public_id
    with owner.connect() as connection:
        rows = connection.execute(select(models.Audit).order_by(models.Audit.number.desc()).limit(4)).all()
        kept = str(connection.execute(text("SELECT audit::text FROM audit")).all())
    assert [row.action for row in rows[::-1]] == [
        Action.ACCOUNT_ADD, Action.ACCOUNT_PASSWORD, Action.ACCOUNT_SCOPE, Action.KIOSK_ADD,
    ]  # fmt: skip
    assert {row.principal for row in rows} <= {admin.id, "command-line"}
    assert [row.facts["id"] for row in rows[1:]] == [public_id] * 3
    assert [rows[3].facts["areas"], rows[1].facts["areas"]] == [[VILLAGE], [GRID]]
    assert "canary" not in kept
    assert token not in kept


def test_a_recusal_hides_a_matter_at_the_next_statement(
    demo_copy: Engine, login_as: LoginAs, sign_in: SignIn
) -> None:
    owner, server = login_as(demo_copy, cluster.OWNER), login_as(demo_copy, SERVER)
    principal = sign_in(demo_copy, Role.BUREAU)
    book = RecusalBook(owner, COMMAND_LINE, demo_copy)
    with demo_copy.connect() as connection:
        no = connection.execute(
            text("SELECT matter_no FROM petition WHERE purpose <> 'accusation' ORDER BY id LIMIT 1")
        ).scalar_one()
    count = text("SELECT count(*) FROM petition WHERE matter_no = :no")
    with reading(server, principal) as session:
        assert session.execute(count, {"no": no}).scalar_one() == 1
        book.add(no, principal.label)
        book.add(no, principal.label)
        assert session.execute(count, {"no": no}).scalar_one() == 0
        book.remove(no, principal.label.upper())
        assert session.execute(count, {"no": no}).scalar_one() == 1
    assert refusal(book.add, "no such number", principal.label) == "matter_unknown"
    assert refusal(book.add, no, "nobody") == "recusal_login_unknown"
    with owner.connect() as connection:
        noted = connection.execute(text("SELECT facts FROM audit WHERE action LIKE 'recusal.%'")).scalars()
        assert [facts["matter"] for facts in noted] == [no] * 3
    owner.dispose()
    server.dispose()


def test_the_demo_city_has_an_account_for_each_role(demo_copy: Engine, login_as: LoginAs, tmp_path) -> None:  # type: ignore[no-untyped-def]
    owner, server = login_as(demo_copy, cluster.OWNER), login_as(demo_copy, SERVER)
    made = keep_demo_accounts(owner, demo_copy, tmp_path)
    assert [one.role for one in made] == list(Role)
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert keep_demo_accounts(owner, demo_copy, tmp_path) == made
    gate = PostgisGate(server)
    for one in made:
        if one.role is Role.KIOSK:
            principal = gate.who(one.secret, "127.0.0.1")
            assert gate.who(one.secret, "127.0.0.2") is None
        else:
            principal = gate.sign_in(one.login, one.secret, "127.0.0.1").principal
        assert principal is not None
        if one.role in {Role.WORKER, Role.TOWN, Role.UNIT}:
            with reading(server, principal) as session:
                opened = text("SELECT count(*) FROM petition WHERE closed_on IS NULL")
                assert session.execute(opened).scalar_one() > 0, one.role
    _keeps_secrets_apart(owner, demo_copy, tmp_path, made)
    owner.dispose()
    server.dispose()


def _keeps_secrets_apart(owner: Engine, city: Engine, home, made) -> None:  # type: ignore[no-untyped-def]
    book = AccountBook(owner, COMMAND_LINE, city)
    book.set_disabled("demo-leader", True)
    assert "demo-leader" not in [one.login for one in keep_demo_accounts(owner, city, home)]
    (home / FILE_NAME).unlink()
    anew = keep_demo_accounts(owner, city, home)
    assert view(book, "demo-leader").disabled, "what an administrator disabled stays so"
    assert not {one.secret for one in anew} & {one.secret for one in made}


def test_demo_accounts_are_made_in_no_real_city_and_the_doctor_finds_them(
    demo_copy: Engine,
    login_as: LoginAs,
    tmp_path,
    cluster_settings,  # type: ignore[no-untyped-def]
) -> None:
    owner = login_as(demo_copy, cluster.OWNER)
    url = owner.url.render_as_string(hide_password=False)
    settings = cluster_settings.__class__(home=tmp_path, database_url=url, port=1)
    keep_demo_accounts(owner, demo_copy, tmp_path)
    assert _demo_accounts(settings, demo_copy).passed
    with demo_copy.begin() as connection:
        connection.execute(text("UPDATE edition SET synthetic = false WHERE level = 'county'"))
    assert not is_synthetic(demo_copy)
    assert not _demo_accounts(settings, demo_copy).passed
    assert refusal(keep_demo_accounts, owner, demo_copy, tmp_path) == "not_demo"
    book = AccountBook(owner, COMMAND_LINE, demo_copy)
    for one in book.accounts():
        book.set_disabled(one.login, True)
    assert _demo_accounts(settings, demo_copy).passed
    owner.dispose()


def test_an_empty_city_is_no_demo(engine: Engine, login_as: LoginAs, tmp_path) -> None:  # type: ignore[no-untyped-def]
    owner = login_as(engine, cluster.OWNER)
    assert refusal(keep_demo_accounts, owner, engine, tmp_path) == "not_demo"
    assert list(tmp_path.iterdir()) == []
    owner.dispose()
