"""The administrator's page with a fake desk: what is sent is read, asked for once, and told in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from dash import no_update
from hypothesis import given
from hypothesis import strategies as st

from callbacks.admin import deeds
from callbacks.admin.asked import make_password, read_role, read_scope, read_text
from callbacks.admin.layout import page
from callbacks.shell import make_shell
from callbacks.tools import Tools
from grid.accounts import CitySettings, Scope, read_login
from grid.principals import Principal, Role
from grid.refusals import Refused
from layers.words import Language
from tests.screens.access_city import FakeGate, come_as, someone
from tests.screens.offices_city import GRID, FakeAccountsDesk

ZH = Language.ZH
OWN = "admin-1"


@dataclass
class FakeStore:
    desk: FakeAccountsDesk

    def accounts(self, principal: Principal) -> FakeAccountsDesk:
        return self.desk

    def wall(self, principal: Principal) -> Any:
        raise Refused("database_down")

    def gate(self) -> FakeGate:
        return FakeGate()


@pytest.fixture
def desk() -> FakeAccountsDesk:
    return FakeAccountsDesk()


def text_of(shown: object) -> str:
    return json.dumps(shown, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


def shown(desk: FakeAccountsDesk, part: object = None, account: object = None) -> str:
    tools = Tools(store=FakeStore(desk), principal=lambda: someone(Role.ADMIN))  # type: ignore[arg-type]
    return text_of(page(tools, part, account))


def change(desk: FakeAccountsDesk, name: str, login: object, *asked: object) -> tuple[Any, Any, Any]:
    return deeds.change(desk, name, login, asked, own_id=OWN, language=ZH)


def test_accounts_are_listed_in_words_and_kiosks_apart(desk):
    body = shown(desk)
    for words in ("网格员", GRID.name, "已停用", "2026-11-20 09:00", "/admin?account=worker-1"):
        assert words in body
    assert "hall-1" not in body
    assert "10.1.2.3" in shown(desk, "kiosks")
    assert "worker-1" not in shown(desk, "kiosks")
    assert "虚构" in shown(desk, "city")


@pytest.mark.parametrize("part", ["x", "", 7, None, ["kiosks"], "cITY"])
def test_an_unknown_part_is_the_first(desk, part):
    assert "新增账号" in shown(desk, part)


def test_an_account_is_shown_with_what_can_be_done_to_it(desk):
    body = shown(desk, account="worker-1")
    for id_ in ("admin-change", "admin-reset", "admin-end", "admin-disable"):
        assert f'"id": "{id_}"' in body
    assert "停用 worker-1？" in body
    disabled = shown(desk, account="gone-1")
    assert '"id": "admin-enable"' in disabled
    assert '"id": "admin-disable"' not in disabled
    assert '"id": "admin-end"' not in disabled


@pytest.mark.parametrize("login", ["nobody", "", None, 7, "hall-1", "<script>"])
def test_who_is_no_account_of_a_person_is_not_shown(desk, login):
    assert "在左表点登录名" in shown(desk, account=login)


def test_ones_own_account_can_only_be_looked_at(desk):
    body = shown(desk, account="admin-name")
    assert "另一位管理员" in body
    assert '"id": "admin-disable"' not in body


def test_an_account_is_added_with_a_password_shown_once(desk):
    said, table, *cleared = deeds.add(desk, ("Worker-9 ", "worker", [GRID.key], ""), ZH)
    ((_, made),) = desk.asked
    assert (made.login, made.role, made.scope) == ("worker-9", Role.WORKER, Scope(areas=(GRID.key,)))
    assert made.password in text_of(said)
    assert made.password not in text_of(table)
    assert cleared == ["", ""]
    assert deeds.add(desk, ("x-1", "bureau", [GRID.key], "correct horse battery"), ZH)
    assert desk.asked[-1][1].password == "correct horse battery"  # noqa: S105
    assert desk.asked[-1][1].scope == Scope()


def test_a_units_scope_is_units(desk):
    deeds.add(desk, ("unit-9", "unit", ["市住建局"], ""), ZH)
    assert desk.asked[0][1].scope == Scope(units=("市住建局",))


@pytest.mark.parametrize(
    "code", ["login_taken", "login_personal", "scope_missing_worker", "password_weak", "account_own"]
)
def test_a_refusal_is_told_in_words_and_changes_nothing_on_the_page(desk, code):
    desk.refusal = Refused(code)
    said, *others = deeds.add(desk, ("worker-9", "worker", [], ""), ZH)
    assert "admin-refused" in text_of(said)
    assert all(one is no_update for one in others)
    said, *others = change(desk, "disable", "worker-1")
    assert "admin-refused" in text_of(said)
    assert all(one is no_update for one in others)


@pytest.mark.parametrize("role", ["kiosk", "root", "", None, 7, ["admin"]])
def test_a_role_off_the_list_makes_nothing(desk, role):
    assert "请选择角色" in text_of(deeds.add(desk, ("x-1", role, [], ""), ZH)[0])
    assert desk.asked == []


@pytest.mark.parametrize(
    ("name", "asked", "call"),
    [
        ("role", ("worker", [GRID.key]), ("set_scope", "worker-1", Scope(areas=(GRID.key,)))),
        ("role", ("leader", [GRID.key]), ("set_role", "worker-1", Role.LEADER, Scope())),
        ("end", (), ("end_sessions", "worker-1")),
        ("disable", (), ("set_disabled", "worker-1", True)),
        ("enable", (), ("set_disabled", "worker-1", False)),
    ],
)
def test_each_button_asks_for_its_one_thing(desk, name, asked, call):
    said, detail, table = change(desk, name, "worker-1", *asked)
    assert desk.asked == [call]
    assert "worker-1" in text_of(said)
    assert "worker-1" in text_of(detail)
    assert "admin-chosen" in text_of(table)


def test_a_reset_password_is_shown_once(desk):
    said, detail, table = change(desk, "reset", "worker-1")
    ((_, _, password),) = desk.asked
    assert password in text_of(said)
    assert password not in text_of([detail, table])


def test_made_passwords_are_long_random_and_readable():
    made = {make_password() for _ in range(200)}
    assert len(made) == 200
    assert all(len(one.replace("-", "")) == 16 and not set("0o1il") & set(one) for one in made)


def test_a_kiosks_link_is_shown_once_and_its_token_after_the_sign(desk):
    said, table = deeds.add_kiosk(desk, " hall-2 ", "10.1.2.0/24", "https://fengtu.example/", ZH)
    assert desk.asked == [("add_kiosk", "hall-2", "10.1.2.0/24")]
    assert "https://fengtu.example/kiosk#token-of-the-new-kiosk" in text_of(said)
    assert "token" not in text_of(table)
    said, _ = deeds.revoke(desk, "hall-1", ZH)
    assert desk.asked[-1] == ("revoke_kiosk", "hall-1")
    assert "已撤销" in text_of(said)


def test_settings_are_set_whole_and_a_city_has_a_name(desk):
    said = deeds.set_city(desk, ("新名市", " 源 ", "GS(2026)1号", " 12345 ", ["internal"]), ZH)
    assert desk.asked == [("set_settings", CitySettings("新名市", "源", "GS(2026)1号", True, "12345"))]
    assert "已保存" in text_of(said)
    assert "请填写城市名称" in text_of(deeds.set_city(desk, (" ", "", "", "", []), ZH))
    assert len(desk.asked) == 1


def test_a_scope_is_offered_by_words_and_keeps_what_is_chosen(desk):
    kept = [{"label": "x", "value": "990101"}]
    options, hidden = deeds.offer(desk, "worker", "东山", ["990101"], kept)
    assert [one["value"] for one in options] == ["990101", GRID.key]
    assert not hidden
    assert desk.asked == [("find_scope", Role.WORKER, "东山")]
    assert deeds.offer(desk, "leader", "东山", [], []) == ([], True)
    assert deeds.offer(desk, "root", "东山", [], []) == ([], True)


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(anything, anything, anything, anything)
def test_whatever_a_browser_sends_is_read_or_refused(one, two, three, four):
    desk = FakeAccountsDesk()
    deeds.add(desk, (one, two, three, four), ZH)
    deeds.offer(desk, one, two, three, four)
    deeds.set_city(desk, (one, two, three, one, four), ZH)
    deeds.add_kiosk(desk, one, two, "https://x/", ZH)
    deeds.revoke(desk, one, ZH)
    for name in ("role", "reset", "end", "disable", "enable"):
        change(desk, name, one, two, three)
    shown(desk, one, two)
    for call in desk.asked:
        assert all(isinstance(each, str) and len(each) <= 200 for each in call[1:2] if isinstance(each, str))


def test_a_text_of_a_browser_is_one_short_printable_line():
    assert read_text(" a\x00b\u202ec ") == "abc"
    with pytest.raises(Refused, match="text_too_long"):
        read_text("x" * 201)
    assert read_scope(Role.LEADER, ["x"]) == Scope()
    assert read_role("worker") is Role.WORKER
    assert read_login("Worker-9") == "worker-9"


@pytest.mark.parametrize("role", Role)
def test_only_the_administrator_opens_the_page(desk, role):
    client = come_as(make_shell(Tools(store=FakeStore(desk))).server.test_client(), role)  # type: ignore[arg-type]
    assert client.get("/admin").status_code == (200 if role is Role.ADMIN else 404)


def test_the_page_asks_for_nothing_but_accounts_and_the_citys_name(desk):
    """A store with any other port would raise: an administrator sees no matter."""
    for part in ("accounts", "kiosks", "city"):
        assert "desk-admin" in shown(desk, part, "worker-1")
