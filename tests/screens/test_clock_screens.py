"""Clocks on screen: each with its day, state and reasons; what a browser sends of them is not trusted."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.admin import clock_asked, clocks
from callbacks.admin.clock_wiring import did
from callbacks.matters.clocks import clock_part
from callbacks.matters.entries import entered, read_event
from grid.clocks.calendars import WorkCalendar
from grid.clocks.events import ClockedMatter, ClockEvent, EventKind
from grid.clocks.matter_clocks import matter_clocks
from grid.clocks.notices import read_notice
from grid.clocks.proposals import ChangeCounts, Proposal, ProposalKind
from grid.clocks.records import ClockRecord
from grid.clocks.regulation import regulation_rules, stricter_rules
from grid.clocks.row_events import Assumption
from grid.clocks.rules import ClockRule, RuleBook
from grid.clocks.years import CalendarYear, StoredRule
from grid.matters import Purpose, Track
from grid.refusals import Refused
from layers.words import Language
from tests.domain.clock_cases import CALENDAR
from tests.domain.clock_notices import notice_text
from tests.screens.matters_city import FakeMattersDesk

ON = date(2026, 11, 19)
junk = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())


def text_of(component: Any) -> str:
    return json.dumps(component, ensure_ascii=False, default=lambda one: one.to_plotly_json())


def record(calendar: WorkCalendar = CALENDAR) -> ClockRecord:
    """Accepted with an extension and late, a review held by a hearing, an objection across the new year."""
    events = (
        ClockEvent(EventKind.ACCEPTED, date(2026, 8, 1)),
        ClockEvent(EventKind.EXTENDED, date(2026, 9, 1), 20, "分管副局长", "需鉴定"),
        ClockEvent(EventKind.REVIEW_APPLIED, date(2026, 11, 1)),
        ClockEvent(EventKind.PAUSED, date(2026, 11, 10)),
        ClockEvent(EventKind.UNIT_RECEIVED, date(2026, 11, 18)),
    )
    matter = ClockedMatter(1, "330102", Track.ORDINARY, Purpose.CLAIM, events)
    found = matter_clocks(matter, RuleBook(regulation_rules()), calendar, ON)
    return ClockRecord(matter, found, (Assumption.UNIT_RECEIVED_AS_FORWARDED,))


def test_each_clock_shows_its_day_state_and_reasons() -> None:
    shown = text_of(clock_part(record(), Language.ZH))
    assert "2026-10-20 到期" in shown
    assert "超 30 天" in shown
    assert "2026-09-01 经 分管副局长 批准延期 20 天，理由：需鉴定" in shown
    assert "听证中止计时" in shown
    assert "剩 4 个工作日" in shown
    assert "全国，《信访工作条例》第三十四条" in shown
    assert "按转送交办日期计" in shown
    assert "放假安排未公布" not in shown


def test_a_due_day_in_an_unpublished_year_wears_a_badge() -> None:
    assert "放假安排未公布" in text_of(clock_part(record(WorkCalendar(())), Language.ZH))


@given(
    st.sampled_from([EventKind.EXTENDED, EventKind.PAUSED, EventKind.RESUMED]),
    st.lists(junk, min_size=4, max_size=4),
)
def test_junk_is_refused_or_an_event(kind: EventKind, said: list[object]) -> None:
    try:
        event = read_event(kind, said, ON)
    except Refused:
        return
    assert event.kind is kind


class Desk(FakeMattersDesk):
    """Remembers what was entered."""

    def record_event(self, matter_id: int, event: ClockEvent) -> None:
        self._note("record_event", matter_id, event)


def test_an_entry_reaches_the_desk_as_it_was_typed_and_today_where_no_day_was() -> None:
    desk = Desk()
    entered(desk, EventKind.EXTENDED, ("15", " 局长 ", "复杂", "", 3), Language.ZH)
    event = next(one[2] for one in desk.asked if one[0] == "record_event")
    assert event == ClockEvent(EventKind.EXTENDED, desk.city().today, 15, "局长", "复杂")


def test_an_extension_without_approver_or_reason_is_refused_in_words() -> None:
    desk = Desk()
    shown = text_of(entered(desk, EventKind.EXTENDED, (15, "", "复杂", "2026-11-01", 3), Language.ZH))
    assert "没有写明审批人和理由" in shown
    assert not [one for one in desk.asked if one[0] == "record_event"]


class Clocks:
    """``grid.ports.ClocksDesk`` in memory."""

    def __init__(self, *proposals: Proposal) -> None:
        self.shown = proposals
        self.did: list[tuple[object, ...]] = []

    def years(self) -> tuple[CalendarYear, ...]:
        return (CalendarYear(2027, 0, 0, ""), CalendarYear(2026, 33, 6, "chinesecalendar"))

    def rules(self) -> tuple[StoredRule, ...]:
        return tuple(StoredRule(n + 1, rule, True) for n, rule in enumerate(regulation_rules()))

    def proposals(self) -> tuple[Proposal, ...]:
        return self.shown

    def propose_notice(self, text: str) -> None:
        self.did.append(("notice", text))

    def propose_rule(self, rule_id: int, successor: ClockRule) -> None:
        self.did.append(("rule", rule_id, successor))

    def propose_stricter(self, jurisdiction: str, valid_from: date, source: str) -> None:
        self.did.append(("place", jurisdiction, valid_from, source))

    def confirm(self, proposal_id: int) -> None:
        self.did.append(("confirm", proposal_id))
        raise Refused("clock_proposal_waiting")

    def discard(self, proposal_id: int) -> None:
        self.did.append(("discard", proposal_id))


def proposal(**changes: Any) -> Proposal:
    days = tuple(day for day in CALENDAR.days if day.notice_year == 2026)
    made: dict[str, Any] = {
        "id": 7, "kind": ProposalKind.NOTICE, "made_at": datetime(2026, 11, 1, 2, tzinfo=UTC),
        "notice": read_notice(notice_text(days, 2026)), "made_by": "root", "rules": (), "counts": None,
        "as_of": None, "stale": True,
    }  # fmt: skip
    return Proposal(**(made | changes))


def test_nothing_can_be_confirmed_before_it_is_known_what_changes() -> None:
    waiting = text_of(clocks.part(Clocks(proposal()), Language.ZH))
    assert "正在计算" in waiting
    assert "admin-clocks-confirm" not in waiting
    counts = (ChangeCounts("objection", later=1234, saved=5),)
    ready = text_of(clocks.part(Clocks(proposal(counts=counts, as_of=ON, stale=False)), Language.ZH))
    assert "admin-clocks-confirm" in ready
    assert "1,234" in ready
    stale = text_of(clocks.part(Clocks(proposal(counts=counts, as_of=ON, stale=True)), Language.ZH))
    assert "admin-clocks-confirm" not in stale


def test_what_can_no_longer_be_put_in_force_says_so() -> None:
    rules = stricter_rules("33", date(2026, 1, 1), "《甲》")
    made = proposal(
        kind=ProposalKind.RULES, notice=None, rules=rules, stale=False, refused="clock_rule_unknown"
    )
    shown = text_of(clocks.part(Clocks(made), Language.ZH))
    assert "不能施行" in shown
    assert "admin-clocks-confirm" not in shown


def test_an_unpublished_year_has_its_badge() -> None:
    assert "未公布，暂按周末休息推算" in text_of(clocks.part(Clocks(), Language.ZH))


def test_a_refusal_is_told_and_leaves_the_page() -> None:
    desk = Clocks()
    said, shown = did(desk, lambda at, asked: at.confirm(7), (), "confirmed", Language.ZH)
    assert "影响尚未算出" in text_of(said)
    assert not isinstance(shown, list)


def test_a_successor_keeps_what_was_left_empty() -> None:
    rules = Clocks().rules()
    reply = next(one for one in rules if one.rule.clock == "reply")
    number, rule = clock_asked.read_successor(rules, (reply.id, 45, None, "", None, "2027-01-01", "《新》"))
    assert (number, rule.days, rule.extension_days, rule.starts) == (reply.id, 45, 30, reply.rule.starts)
    assert (rule.valid_from, rule.source) == (date(2027, 1, 1), "《新》")


@given(st.lists(junk, min_size=7, max_size=7))
def test_junk_makes_no_rule(asked: list[object]) -> None:
    with pytest.raises(Refused):
        clock_asked.read_successor(Clocks().rules(), asked)


@given(junk | st.text())
def test_junk_is_no_file_text_or_number(value: object) -> None:
    for read in (clock_asked.read_notice_text, clock_asked.read_notice_file, clock_asked.read_number):
        try:
            found = read(value)
        except Refused:
            continue
        assert isinstance(found, str | int)


def test_a_dropped_file_is_read_in_either_encoding() -> None:
    import base64

    for encoding in ("utf-8-sig", "gb18030"):
        body = base64.b64encode("2027年部分节假日安排".encode(encoding)).decode()
        assert clock_asked.read_notice_file(f"data:text/plain;base64,{body}") == "2027年部分节假日安排"
