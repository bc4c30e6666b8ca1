"""A city's clocks as arrays are each as the matter's own clock is, rules chosen by row included."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid.clocks.bulk import NO_CLOCK, NO_PAUSES, STATES, ClockColumns, PauseColumns, reckon
from grid.clocks.calendars import WorkCalendar
from grid.clocks.changes import (
    ClockTerms,
    changed_rows,
    clock_changes,
    preview_changes,
)
from grid.clocks.columns import PURPOSES, TRACKS, StartColumns, choose_rules, columns_of
from grid.clocks.events import ClockedMatter, ClockEvent, EventKind
from grid.clocks.matter_clocks import matter_clocks, matter_runs
from grid.clocks.regulation import regulation_rules, stricter_rules
from grid.clocks.rules import RuleBook
from grid.clocks.states import OPEN_STATES, ClockState
from grid.matters import Purpose, Track
from tests.domain.clock_cases import AREA, BOOKS, CALENDAR, clocked_matters

DAYS_SEEN = st.dates(date(2026, 1, 1), date(2028, 2, 1))
EARLIER = WorkCalendar(tuple(day for day in CALENDAR.days if day.notice_year < 2026))


def plain(days: np.ndarray) -> list[date | None]:
    return [None if day is None else day for day in days.astype("datetime64[D]").tolist()]


@given(
    st.lists(clocked_matters(), max_size=12),
    st.sampled_from(BOOKS),
    DAYS_SEEN,
    st.sampled_from([CALENDAR, EARLIER, WorkCalendar()]),
)
@settings(max_examples=120)
def test_every_row_is_as_the_matters_own_clock(
    matters: list[ClockedMatter], book: RuleBook, on: date, calendar: WorkCalendar
) -> None:
    runs = [run for each in matters for run in matter_runs(each, book, calendar, on)]
    clocks = [clock for each in matters for clock in matter_clocks(each, book, calendar, on)]
    rules, columns, pauses = columns_of(runs)
    sheet = reckon(columns, rules, calendar, on, pauses)
    assert plain(sheet.due) == [clock.due_on for clock in clocks]
    assert plain(sheet.act_by) == [clock.act_by for clock in clocks]
    assert [STATES[number] for number in sheet.state] == [clock.state for clock in clocks]
    assert sheet.provisional.tolist() == [clock.provisional for clock in clocks]
    told = [int(left) for left, clock in zip(sheet.left, clocks, strict=True) if clock.is_open]
    assert told == [clock.days_left for clock in clocks if clock.is_open]


@given(st.lists(clocked_matters(), max_size=8), st.sampled_from(BOOKS), DAYS_SEEN, st.integers(0, 200))
def test_later_stops_and_hearings_are_not_looked_at(
    matters: list[ClockedMatter], book: RuleBook, on: date, later: int
) -> None:
    """Columns of a later day answer an earlier one as they did then, apart from extensions and returns."""
    never = {EventKind.EXTENDED, EventKind.OBJECTED, EventKind.NOTICED}
    kept = [
        ClockedMatter(each.id, each.area_code, each.track, each.purpose, events)
        for each in matters
        for events in [tuple(e for e in each.events if e.kind not in never)]
    ]
    known = on + timedelta(days=later)
    runs = [run for each in kept for run in matter_runs(each, book, CALENDAR, known)]
    clocks = [clock for each in kept for clock in matter_clocks(each, book, CALENDAR, on)]
    rules, columns, pauses = columns_of(runs)
    sheet = reckon(columns, rules, CALENDAR, on, pauses)
    begun = sheet.state != NO_CLOCK
    assert begun.tolist() == [run.started_on <= on for run in runs]
    assert plain(sheet.due[begun]) == [clock.due_on for clock in clocks]
    assert [STATES[number] for number in sheet.state[begun]] == [clock.state for clock in clocks]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(TRACKS),
            st.sampled_from(PURPOSES),
            st.none() | st.dates(date(2021, 1, 1), date(2027, 1, 1)),
        ),
        max_size=40,
    ),
    st.sampled_from([AREA, "110101", ""]),
    st.sampled_from(["reply", "forward", "recheck", "unheard_of"]),
)
def test_rules_are_chosen_by_row_as_for_one(
    rows: list[tuple[Track, Purpose, date | None]], area: str, clock: str
) -> None:
    province = stricter_rules("33", date(2026, 6, 1), "《某省信访条例》")
    county = stricter_rules("330102", date(2026, 7, 1), "《某区办法》")
    book = RuleBook((*regulation_rules(), *province, *county))
    starts = StartColumns(
        track=np.array([TRACKS.index(track) for track, _, _ in rows], np.int8),
        purpose=np.array([PURPOSES.index(purpose) for _, purpose, _ in rows], np.int8),
        day=np.array([day for _, _, day in rows], "datetime64[D]"),
    )
    rules, chosen = choose_rules(book, clock, area, starts)
    found = [rules[place] if place >= 0 else None for place in chosen]
    expected = [
        None if day is None else book.rule_for(clock, track, purpose, area, day)
        for track, purpose, day in rows
    ]
    assert found == expected


def test_no_rows_and_rows_without_a_rule_or_start_have_no_clock() -> None:
    empty = ClockColumns(
        np.empty(0, np.int16),
        np.empty(0, "datetime64[D]"),
        np.empty(0, "datetime64[D]"),
        np.empty(0, np.int16),
    )
    assert reckon(empty, (), CALENDAR, date(2026, 3, 2)).state.size == 0
    (reply,) = (rule for rule in regulation_rules() if rule.clock == "reply")
    days = np.array(["NaT", "2026-03-01", "2026-03-03", "2026-03-02"], "datetime64[D]")
    none = np.full(4, np.datetime64("NaT", "D"))
    columns = ClockColumns(np.array([0, -1, 0, 0], np.int16), days, none, np.zeros(4, np.int16))
    sheet = reckon(columns, (reply,), CALENDAR, date(2026, 3, 2))
    assert sheet.state.tolist() == [NO_CLOCK, NO_CLOCK, NO_CLOCK, STATES.index(ClockState.RUNNING)]
    assert np.isnat(sheet.due).tolist() == [True, True, True, False]
    assert not sheet.provisional.any()


def test_odd_years_do_not_stop_the_others() -> None:
    """A mistyped year of one matter must not cost the city its clocks, nor a table of millions of days."""
    (reply,) = (rule for rule in regulation_rules() if rule.clock == "reply")
    start = np.array(["0204-03-02", "2026-03-02", "9999-12-31"], "datetime64[D]")
    stop = np.array(["NaT", "NaT", "9999-12-31"], "datetime64[D]")
    columns = ClockColumns(np.zeros(3, np.int16), start, stop, np.zeros(3, np.int16))
    sheet = reckon(columns, (reply,), CALENDAR, date(2026, 3, 10), NO_PAUSES)
    states = [STATES[number] if number != NO_CLOCK else None for number in sheet.state]
    assert states == [ClockState.OVERDUE, ClockState.RUNNING, None]


def test_two_hearings_of_one_clock_come_in_turn_whatever_their_order() -> None:
    (review,) = (rule for rule in regulation_rules() if rule.clock == "review")
    nat = np.datetime64("NaT", "D")
    columns = ClockColumns(
        np.zeros(1, np.int16),
        np.array(["2026-03-02"], "datetime64[D]"),
        np.array([nat]),
        np.zeros(1, np.int16),
    )
    since = np.array(["2026-04-10", "2026-03-12"], "datetime64[D]")
    until = np.array(["2026-04-20", "2026-03-27"], "datetime64[D]")
    pauses = PauseColumns(np.zeros(2, np.int64), since, until)
    sheet = reckon(columns, (review,), CALENDAR, date(2026, 5, 1), pauses)
    assert plain(sheet.due) == [date(2026, 4, 26)]


@given(st.lists(clocked_matters(), max_size=10, unique_by=lambda each: each.id), DAYS_SEEN)
def test_a_preview_names_what_changes_and_nothing_else(matters: list[ClockedMatter], on: date) -> None:
    """A stricter rule and a new calendar at once, against a comparison written out by hand."""
    old, new = ClockTerms(BOOKS[0], EARLIER), ClockTerms(BOOKS[1], CALENDAR)
    expected = set()
    for each in matters:
        before = matter_clocks(each, old.rules, old.calendar, on)
        after = matter_clocks(each, new.rules, new.calendar, on)
        assert len(before) == len(after)
        for one, other in zip(before, after, strict=True):
            waits = one.state in OPEN_STATES or other.state in OPEN_STATES
            if waits and (one.due_on, one.state) != (other.due_on, other.state):
                expected.add((each.id, one.clock, one.started_on, one.due_on, other.due_on))
    found = preview_changes(matters, old, new, on)
    assert {(c.matter_id, c.clock, c.started_on, c.old_due, c.new_due) for c in found} == expected
    assert preview_changes(matters, old, old, on) == ()


@given(st.lists(clocked_matters(), max_size=10), DAYS_SEEN)
def test_a_calendars_preview_by_arrays_names_the_same_clocks(matters: list[ClockedMatter], on: date) -> None:
    runs = [run for each in matters for run in matter_runs(each, BOOKS[2], EARLIER, on)]
    rules, columns, pauses = columns_of(runs)
    sheets = [reckon(columns, rules, calendar, on, pauses) for calendar in (EARLIER, CALENDAR)]
    waits = [
        {STATES[number] for number in pair} & OPEN_STATES
        for pair in zip(sheets[0].state, sheets[1].state, strict=True)
    ]
    differs = (sheets[0].due != sheets[1].due) | (sheets[0].state != sheets[1].state)
    expected = [row for row, one in enumerate(differs) if one and waits[row]]
    assert changed_rows(*sheets).tolist() == expected


def test_an_uploaded_year_moves_the_objections_that_span_its_holidays() -> None:
    matter = ClockedMatter(
        5,
        AREA,
        Track.ORDINARY,
        Purpose.CLAIM,
        (ClockEvent(EventKind.UNIT_RECEIVED, date(2026, 9, 24)),),
    )
    old, new = ClockTerms(BOOKS[0], EARLIER), ClockTerms(BOOKS[0], CALENDAR)
    (change,) = preview_changes([matter], old, new, date(2026, 9, 25))
    assert (change.clock, change.old_due, change.new_due) == (
        "objection",
        date(2026, 10, 1),
        date(2026, 10, 9),
    )
    assert (change.old_state, change.new_state) == (ClockState.RUNNING, ClockState.RUNNING)


def test_a_clock_that_a_rule_adds_or_drops_is_told_of() -> None:
    matter = ClockedMatter(
        5, AREA, Track.ORDINARY, Purpose.CLAIM, (ClockEvent(EventKind.FLAGGED, date(2026, 9, 24)),)
    )
    without = RuleBook(tuple(rule for rule in BOOKS[0].rules if rule.clock != "joint_review"))
    on = date(2026, 9, 25)
    some, none = (matter_clocks(matter, book, CALENDAR, on) for book in (BOOKS[0], without))
    (added,), (dropped,) = clock_changes(none, some), clock_changes(some, none)
    assert (added.old_due, added.new_due) == (None, some[0].due_on)
    assert (dropped.old_due, dropped.new_due, dropped.new_state) == (some[0].due_on, None, None)


@pytest.mark.parametrize("size", [1, 300])
def test_a_sheet_has_one_value_a_row(size: int) -> None:
    (reply,) = (rule for rule in regulation_rules() if rule.clock == "reply")
    start = np.datetime64("2026-01-01", "D") + np.arange(size)
    columns = ClockColumns(
        np.zeros(size, np.int16), start, np.full(size, np.datetime64("NaT", "D")), np.zeros(size, np.int16)
    )
    sheet = reckon(columns, (reply,), CALENDAR, date(2027, 1, 1))
    assert {len(sheet.due), len(sheet.act_by), len(sheet.state), len(sheet.left), len(sheet.provisional)} == {
        size
    }
    assert (sheet.due == start + 60).all()
