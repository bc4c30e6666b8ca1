"""The units' pages over a fake: the address is the state, numbers open their meaning, steps are confirmed."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from dash import Dash, dcc, html, no_update
from hypothesis import given, settings
from hypothesis import strategies as st

from callbacks.access.screens import ROLES, Screen, may_open, screen_at
from callbacks.tools import Tools
from callbacks.units.asked import Asked, FigureAsked, StepForm, read_address, read_form, read_step
from callbacks.units.card import card_page
from callbacks.units.ids import Id
from callbacks.units.layout import page
from callbacks.units.marks import percent
from callbacks.units.wiring import opened, taken
from grid.indicators.definitions import Part, definition, versions_of
from grid.league import LeagueColumn, UnitGroup
from grid.listings import ListingState, Quarter, StepKind
from grid.matters import Category
from grid.principals import Role
from grid.rectification.steps import StepAsked
from grid.refusals import Refused
from layers.words import Language, say
from tests.screens.access_city import FROM_US, come_as, guarded, payload, someone
from tests.screens.components import walk
from tests.screens.plan_city import FakeStore
from tests.screens.supervision_city import FakeSupervision
from tests.screens.units_city import BEFORE, CHECKSUM, LEADER, NASTY, NOW, SUBJECTS, FakeUnitDesk

ZH = Language.ZH
CODE = SUBJECTS[0].code


class _Store(FakeStore):
    def units(self, principal: object) -> object:
        return self.desk

    def supervision(self, principal: object) -> object:
        return FakeSupervision()


def _tools(desk: FakeUnitDesk, language: Language = ZH) -> Tools:
    role = desk.role
    return Tools(store=_Store(desk), principal=lambda: someone(role), language=language)  # type: ignore[arg-type]


def _open(desk: FakeUnitDesk, **query: object) -> Any:
    return page(_tools(desk), read_address(query))


def _card(desk: FakeUnitDesk, code: object = CODE, **query: object) -> Any:
    return card_page(_tools(desk), code, query)


def _text(component: Any) -> str:
    found = []
    for one in walk(component):
        below = getattr(one, "children", None)
        found += [
            str(each)
            for each in (below if isinstance(below, list | tuple) else [below])
            if isinstance(each, str | int)
        ]
    return " ".join(found)


def _of_class(shown: Any, name: str) -> list[Any]:
    return [one for one in walk(shown) if name in str(getattr(one, "className", "")).split()]


def _links(shown: Any) -> list[str]:
    return [one.href for one in walk(shown) if isinstance(one, dcc.Link | html.A)]


def _fields(href: str) -> dict[str, object]:
    return dict(parse_qsl(urlsplit(href).query))


# Addresses


def test_an_address_is_the_state_and_comes_back_as_it_was() -> None:
    asked = Asked(
        BEFORE, "2026-01-01", "2026-03-31", UnitGroup.TOWN, Category.LABOUR, "澜 港", "satisfied", True, 2,
        FigureAsked(CODE, "satisfied", 1, 2, 3),
    )  # fmt: skip
    assert read_address(_fields(asked.address(page=2, opened=asked.opened))) == asked
    assert read_address(_fields(asked.address())).opened is None
    assert read_address(_fields(asked.address())).page == 1


HOSTILE = (
    "2026Q3", "9999Q4", "0000Q1", "2026-13-45", "9999-12-31", "0001-01-01", "satisfied", CODE, "../x", "\x00",
    "🙂", "9" * 400, "-1", "d99", "town", "labour", "accusation", "rank", "1", "50",
)  # fmt: skip
JUNK = st.one_of(
    st.none(), st.integers(), st.booleans(), st.lists(st.text(max_size=3)), st.text(max_size=30),
    st.sampled_from(HOSTILE),
)  # fmt: skip
NAMES = (
    "quarter", "since", "until", "group", "category", "search", "sort", "dir", "page", "unit", "indicator",
    "version", "against", "matters", "step", "listing", "x",
)  # fmt: skip
few = settings(max_examples=40, deadline=None)


@few
@given(st.dictionaries(st.sampled_from(NAMES), JUNK))
def test_whatever_an_address_says_is_a_page(query: dict[str, object]) -> None:
    assert _open(FakeUnitDesk(), **query) is not None


@few
@given(JUNK, st.dictionaries(st.sampled_from(NAMES), JUNK))
def test_whatever_a_cards_address_says_is_a_page(code: object, query: dict[str, object]) -> None:
    shown = _card(FakeUnitDesk(), code, **query)
    assert code in [one.code for one in SUBJECTS] or "没有这个单位" in _text(shown)


@few
@given(st.tuples(*[st.one_of(JUNK, st.dictionaries(st.text(max_size=8), JUNK))] * 5))
def test_whatever_a_form_sends_takes_no_step(sent: tuple[object, ...]) -> None:
    desk = FakeUnitDesk(Role.APPROVER)
    said, listings = taken(desk, sent, ZH)
    assert said is not no_update
    assert listings is no_update
    assert desk.taken == []


@pytest.mark.parametrize(
    ("path", "screen"),
    [
        ("/units", Screen.UNITS), ("/units/", Screen.UNITS), ("/units/990100", Screen.UNITS),
        ("/units/d99", Screen.UNITS), ("/units/a/b", None), ("/units//b", None), ("/matters/7", None),
        ("/wall/units", None), ("/", None), ("/units.x", None), ("//units", Screen.UNITS),
    ],
)  # fmt: skip
def test_a_units_own_page_belongs_to_the_screen_of_units(path: str, screen: Screen | None) -> None:
    assert screen_at(path) is screen


@pytest.mark.parametrize("role", list(Role))
def test_only_who_may_see_units_gets_a_page_of_one(role: Role) -> None:
    app, _ = guarded()
    client = come_as(app.server.test_client(), role)
    for path in ("/units", f"/units/{CODE}"):
        assert (client.get(path, headers=FROM_US).status_code == 200) is may_open(role, Screen.UNITS), path
    assert client.get("/units/a/b", headers=FROM_US).status_code == 404
    assert (client.get("/units/export.xlsx", headers=FROM_US).status_code == 200) is (
        role in ROLES[Screen.UNITS]
    )


# The table


def test_a_frozen_quarter_says_so_with_revision_checksum_and_day() -> None:
    told = _text(_of_class(_open(FakeUnitDesk(), quarter="2026Q3"), "units-bar"))
    assert all(word in told for word in ("已冻结", "第 2 次", CHECKSUM[:12], CHECKSUM, "截至 2026-11-20"))
    assert "2026-07-01 – 09-30" in told


def test_a_running_quarter_is_live() -> None:
    told = _text(_of_class(_open(FakeUnitDesk()), "units-bar"))
    assert "实时" in told
    assert "已冻结" not in told.replace("冻结后", "").replace("以冻结", "")
    assert CHECKSUM not in told


@pytest.mark.parametrize("query", [{"category": "labour"}, {"since": "2026-01-01", "until": "2026-02-01"}])
def test_what_nobody_is_ranked_by_shows_no_ranks(query: dict[str, str]) -> None:
    shown = _open(FakeUnitDesk(), quarter="2026Q3", **query)
    assert "实时" in _text(_of_class(shown, "units-bar"))
    assert "不排名" in _text(_of_class(shown, "units-bar"))
    assert not _of_class(shown, "units-rank")
    assert not _of_class(shown, "units-below")


def test_a_scheme_with_visits_says_so_on_both_pages() -> None:
    desk = FakeUnitDesk(with_visits=True)
    for shown in (_open(desk, quarter="2026Q3"), _card(desk)):
        assert "越级访" in _text(shown)
        assert "越级访" not in _text(_open(FakeUnitDesk(), quarter="2026Q3"))


def test_every_number_has_its_n_its_interval_and_a_way_to_its_meaning() -> None:
    shown = _open(FakeUnitDesk())
    cells = _of_class(shown, "units-open")
    assert len(cells) >= 10 * 48
    for cell in cells:
        assert _text(cell).split()[-2] == "n"
        assert "95% 区间" in cell.title
        opened_by = read_address(_fields(cell.href)).opened
        assert opened_by is not None
        assert definition(opened_by.indicator)
    missed = [cell for cell in cells if "units-missed" in cell.className.split()]
    assert missed
    assert all("未达目标" in cell.title for cell in missed), "never by colour alone"


def test_units_without_a_rank_stand_below_with_the_reason() -> None:
    desk = FakeUnitDesk()
    shown = [_open(desk, page=str(number)) for number in (1, 2)]
    rows = [row for one in shown for row in _of_class(one, "units-table")[0].children[1].children]
    below = next(at for at, row in enumerate(rows) if "units-below" in str(row.className))
    assert [NASTY in _text(row) or "松涤县" in _text(row) for row in rows[below + 1 :]] == [True, True]
    assert "20 件" in _text(rows[below])
    assert "仅 7 件" in _text(rows[below + 1 :])
    assert "无数据" in _text(rows[below + 1 :])
    assert sum("units-row" in str(row.className) for row in rows) == len(SUBJECTS)


def test_a_change_of_rank_is_an_arrow_and_a_word() -> None:
    shown = _open(FakeUnitDesk())
    marks = [_text(one) for one in _of_class(shown, "units-change")]
    assert all("▼" in mark and "降 2 位" in mark for mark in marks)


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("lgq", {"澜港区"}), ("langangqu", {"澜港区"}), ("港", {"澜港区"}), ("陆听澜", {"澜港区"}),
        ("d99", {"市住建局"}), ("没有", set()),
    ],
)  # fmt: skip
def test_units_are_found_by_name_sound_initials_code_and_leader(search: str, names: set[str]) -> None:
    shown = _open(FakeUnitDesk(), search=search)
    assert {one.children for one in _of_class(shown, "units-name")} == names
    assert bool(names) or "没有符合条件" in _text(shown)


def test_heads_order_the_table_and_the_unknown_comes_last() -> None:
    up = [one.children for one in _of_class(_open(FakeUnitDesk(), sort="satisfied"), "units-name")]
    down = [
        one.children for one in _of_class(_open(FakeUnitDesk(), sort="satisfied", dir="desc"), "units-name")
    ]
    assert up[0] in {"澜港区", "云栎市"}
    assert down[0] != up[0]
    assert NASTY not in up
    assert "sort=satisfied&dir=desc" in " ".join(_links(_open(FakeUnitDesk(), sort="satisfied")))
    by_nonsense = [one.children for one in _of_class(_open(FakeUnitDesk(), sort="nonsense"), "units-name")]
    assert len(by_nonsense) == 50


@pytest.mark.parametrize("role", [Role.TOWN, Role.UNIT])
def test_who_answers_for_units_is_told_of_no_leader(role: Role) -> None:
    shown = _open(FakeUnitDesk(role))
    assert LEADER not in _text(shown)
    assert not _of_class(shown, "units-leader")
    assert LEADER not in _text(_card(FakeUnitDesk(role)))


def test_nothing_and_trouble_are_said_in_words() -> None:
    desk = FakeUnitDesk()
    desk.empty = True
    assert "先导入信访件" in _text(_open(desk))
    desk.refusal = Refused("database_down")
    assert _of_class(_open(desk), "message-alert")
    assert _of_class(_card(desk), "message-alert")
    assert "同时填写" in _text(_open(FakeUnitDesk(), since="2026-01-01"))
    assert _of_class(_open(FakeUnitDesk(), since="2026-05-01", until="2026-01-01"), "message-alert")


@pytest.mark.parametrize("percentage", [(1.0, "100.0%"), (0.9999, "99.9%"), (0.0001, "0.1%"), (0.0, "0.0%")])
def test_what_is_not_quite_all_never_reads_as_all(percentage: tuple[float, str]) -> None:
    assert percent(percentage[0]) == percentage[1]


# One number


def _panel(desk: FakeUnitDesk, **fields: object) -> Any:
    return opened(desk, {"unit": CODE, "indicator": "satisfied", "quarter": "2026Q3", **fields}, _tools(desk))


def test_a_number_opens_with_all_of_its_definition_and_its_matters() -> None:
    shown = _panel(FakeUnitDesk())
    told = _text(shown)
    for word in ("分子", "分母", "统计日期", "不计入", "计数单位", "依据", "已冻结的数", "95% 区间"):
        assert word in told
    links = [href for href in _links(shown) if href.startswith("/matters?")]
    assert len(links) == 50
    assert links[0] == "/matters?number=%3D0"
    assert "1 / 3" in told


def test_a_list_of_matters_is_cut_into_pages() -> None:
    shown = _panel(FakeUnitDesk(), matters="3")
    assert len([href for href in _links(shown) if href.startswith("/matters?")]) == 20
    assert any("matters=2" in href for href in _links(shown))


def test_who_sees_no_matters_one_by_one_is_told_so() -> None:
    shown = _panel(FakeUnitDesk(Role.LEADER))
    assert "不逐件查看" in _text(shown)
    assert not [href for href in _links(shown) if href.startswith("/matters")]


def test_two_definitions_stand_side_by_side_with_both_results() -> None:
    code = next(one.code for one in versions_of("satisfied") if one.version == 2)
    shown = _panel(FakeUnitDesk(), against="2")
    beside = _of_class(shown, "units-beside")[0]
    told = _text(beside)
    assert "第 1 版" in told
    assert "第 2 版" in told
    assert len(_of_class(beside, "units-result")[0].children) == 3
    assert _of_class(beside, "units-differs")
    assert say(definition(code, 2).words(Part.NUMERATOR), ZH)[:6] in told


def test_the_list_says_where_matters_are_kept_from_its_reader() -> None:
    desk = FakeUnitDesk()
    told = _text(_panel(desk))
    assert "另有" not in told, "the list has more than the number: nothing is kept"


@few
@given(st.one_of(JUNK, st.dictionaries(st.sampled_from(NAMES), JUNK)))
def test_whatever_is_sent_as_opened_is_answered(data: object) -> None:
    desk = FakeUnitDesk(Role.LEADER)
    opened(desk, data, _tools(desk))


# A unit's page


def test_a_card_has_eight_quarters_with_gaps_and_marks_where_boundaries_changed() -> None:
    shown = _card(FakeUnitDesk())
    rows = _of_class(shown, "units-trend")[0].children[1].children
    assert {len(_of_class(row, "units-dot")) for row in rows} == {6}
    assert {len(_of_class(row, "units-gap")) for row in rows} == {2}
    assert len(_of_class(_of_class(shown, "units-trend")[0].children[0], "units-cut")) == 1
    assert "区划调整" in _text(shown)
    heights = [float(one.style["--at"][:-1]) for one in _of_class(shown, "units-plot")]
    assert all(0 < height < 100 for height in heights)


def test_a_card_says_what_is_due_and_by_what_it_was_listed() -> None:
    told = _text(_card(FakeUnitDesk()))
    assert "已超期 10 天" in told
    assert "得分 71.25，低于 75（60 个单位参评）" in told
    assert "市委副书记" in told
    assert "<b>书面说明</b>" in told


STEPS = {
    (Role.APPROVER, ListingState.PROPOSED): {"list", "reject"},
    (Role.APPROVER, ListingState.RECTIFYING): {"call_in", "delist"},
    (Role.UNIT, ListingState.RECTIFYING): {"report", "explain"},
    (Role.LEADER, ListingState.RECTIFYING): {"call_in"},
    (Role.LEADER, ListingState.PROPOSED): set(),
    (Role.UNIT, ListingState.DELISTED): set(),
}


@pytest.mark.parametrize(("role", "state"), list(STEPS))
def test_a_role_is_offered_the_steps_it_may_take_and_no_others(role: Role, state: ListingState) -> None:
    desk = FakeUnitDesk(role)
    desk.state = state
    offered = {_fields(href).get("step") for href in _links(_card(desk))} - {None}
    assert offered == STEPS[role, state]
    for kind in StepKind:
        form = _of_class(_card(desk, step=kind.value, listing="7"), "units-form")
        assert bool(form) is (kind.value in offered), kind


def test_a_step_is_sent_once_it_is_confirmed_and_the_listings_are_told_anew() -> None:
    desk = FakeUnitDesk(Role.APPROVER)
    stored = StepForm("delist", 7).stored(CODE)
    sent = (stored, "2026-11-20", " 市委书记 ", "整治到位", ["sure"])
    said, listings = taken(desk, sent, ZH)
    assert said is no_update
    assert "已办理：摘牌" in _text(listings)
    code, asked = read_step(*sent)
    assert (code, desk.taken) == (CODE, [asked])
    assert isinstance(asked, StepAsked)
    assert (asked.listing_id, asked.kind, asked.official) == (7, StepKind.DELIST, "市委书记")


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"sure": []}, "勾选确认"), ({"sure": None}, "勾选确认"), ({"day": "2026-13-01"}, "日期"),
        ({"day": None}, "日期"), ({"official": ""}, "须写明"), ({"words": "x" * 2001}, "2000"),
    ],
)  # fmt: skip
def test_a_step_that_lacks_something_is_refused_in_words(changed: dict[str, object], word: str) -> None:
    desk = FakeUnitDesk(Role.APPROVER)
    fields: dict[str, object] = {
        "day": "2026-11-20",
        "official": "市委书记",
        "words": "到位",
        "sure": ["sure"],
    }
    fields |= changed
    said, listings = taken(desk, (StepForm("delist", 7).stored(CODE), *fields.values()), ZH)
    assert word in _text(said)
    assert listings is no_update
    assert desk.taken == []


def test_only_the_bureau_proposes_by_the_frozen_quarter() -> None:
    desk = FakeUnitDesk(Role.BUREAU)
    assert any(_fields(href).get("step") == "propose" for href in _links(_card(desk)))
    assert read_form({"step": "propose"}) == StepForm("propose")
    taken(desk, (StepForm("propose").stored(CODE), None, None, "理由", ["sure"]), ZH)
    assert desk.taken == [(CODE, NOW, "理由")]
    other = FakeUnitDesk(Role.APPROVER)
    said, _ = taken(other, (StepForm("propose").stored(CODE), None, None, "理由", ["sure"]), ZH)
    assert other.taken == []
    assert said is not no_update


# The pages of the app


def test_ids_that_are_wired_are_laid_out() -> None:
    desk = FakeUnitDesk(Role.APPROVER)
    shown = [_open(desk), _card(desk, step="delist", listing="7")]
    laid = {getattr(one, "id", None) for one in walk(shown)}
    assert set(Id) <= laid


def test_a_callback_answers_the_screens_roles_alone() -> None:
    app, _ = guarded()
    body = payload(app, f"{Id.PANEL}.children", units_asked={"unit": CODE, "indicator": "satisfied"})
    for role in Role:
        answer = come_as(app.server.test_client(), role).post(
            "/_dash-update-component", json=body, headers=FROM_US
        )
        assert (answer.status_code == 200) is may_open(role, Screen.UNITS), role


@pytest.mark.parametrize("language", list(Language))
def test_both_languages_say_everything(language: Language) -> None:
    desk = FakeUnitDesk(Role.APPROVER)
    tools = _tools(desk, language)
    assert page(tools, read_address({"unit": CODE, "indicator": "satisfied", "against": "2"})) is not None
    assert card_page(tools, CODE, {"step": "delist", "listing": "7"}) is not None
    assert isinstance(guarded(language=language)[0], Dash)


def test_a_column_and_a_quarter_are_read_for_what_they_are() -> None:
    assert read_address({"sort": "1; DROP"}).sort == LeagueColumn.RANK
    assert read_address({"quarter": "2026年第3季度"}).quarter == Quarter(2026, 3)
