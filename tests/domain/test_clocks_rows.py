"""Clocks from rows of days: as arrays and one by one they are the same, and within the law."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid.clocks.changes import ClockTerms, clock_changes
from grid.clocks.city_clocks import MatterColumns, city_changes, city_clocks
from grid.clocks.columns import PURPOSES, TRACKS
from grid.clocks.events import ClockedMatter, ClockEvent, EventKind
from grid.clocks.matter_clocks import MatterClock, matter_clocks
from grid.clocks.regulation import IN_FORCE, former_rules, regulation_rules
from grid.clocks.row_events import (
    DAY_COLUMNS,
    ROW_KINDS,
    Assumption,
    days_of,
    event_days,
    merge_events,
)
from grid.clocks.rules import LONGEST_EXTENSION_DAYS, RuleBook
from grid.clocks.terms import amber_day
from layers.words import Language, all_words
from tests.domain.clock_cases import AREA, BOOKS, CALENDAR, clocked_matters

FIRST = date(2026, 1, 1)
ABROAD = "440305"
Row = dict[str, date | None]
rows_of_days = st.lists(
    st.fixed_dictionaries(
        {
            name: st.none() | st.integers(0, 500).map(lambda n: FIRST + timedelta(days=n))
            for name in DAY_COLUMNS
        }
    ).map(lambda row: {**row, "registered_on": row["registered_on"] or FIRST}),
    min_size=1,
    max_size=6,
)
ons = st.integers(0, 700).map(lambda n: FIRST + timedelta(days=n))
books = st.sampled_from(BOOKS)


def columns(rows: list[Row], data: st.DataObject) -> tuple[MatterColumns, list[ClockedMatter]]:
    """The same matters as columns and one by one; some with events recorded beside their days."""
    settled = np.zeros(len(rows), np.bool_)
    said = event_days(days_of(*rows), settled)
    recorded, matters, tracks, purposes, areas = {}, [], [], [], []
    for number in range(len(rows)):
        track, purpose = data.draw(st.sampled_from(TRACKS)), data.draw(st.sampled_from(PURPOSES))
        area = data.draw(st.integers(0, 1))
        events = said.events_of(number)
        if data.draw(st.booleans()):
            recorded[number] = data.draw(clocked_matters()).events
            events = merge_events(events, recorded[number])
        matters.append(ClockedMatter(number + 1, (AREA, ABROAD)[area], track, purpose, events))
        tracks.append(TRACKS.index(track))
        purposes.append(PURPOSES.index(purpose))
        areas.append(area)
    made = MatterColumns(
        np.arange(1, len(rows) + 1), np.array(tracks, np.int8), np.array(purposes, np.int8),
        np.array(areas), (AREA, ABROAD), said, recorded,
    )  # fmt: skip
    return made, matters


def last_runs(clocks: tuple[MatterClock, ...]) -> dict[str, MatterClock]:
    return {clock.clock: clock for clock in clocks}


@settings(max_examples=60)
@given(rows_of_days, books, ons, st.data())
def test_the_city_at_once_is_each_matter_alone(
    rows: list[Row], book: RuleBook, on: date, data: st.DataObject
) -> None:
    made, matters = columns(rows, data)
    found = city_clocks(made, ClockTerms(book, CALENDAR), on)
    got = {
        (int(made.id[row]), found.rules[rule].clock): (start, due, provisional, is_open)
        for row, rule, start, due, provisional, is_open in zip(
            found.row, found.rule, found.start.tolist(), found.sheet.due.tolist(),
            found.sheet.provisional.tolist(), found.is_open.tolist(), strict=True,
        )
    }  # fmt: skip
    wanted = {
        (matter.id, clock): (one.started_on, one.due_on, one.provisional, one.is_open)
        for matter in matters
        for clock, one in last_runs(matter_clocks(matter, book, CALENDAR, on)).items()
    }
    assert got == wanted


@settings(max_examples=60)
@given(rows_of_days, ons, st.data())
def test_changes_of_the_city_are_those_of_each_matter(rows: list[Row], on: date, data: st.DataObject) -> None:
    made, matters = columns(rows, data)
    old, new = (ClockTerms(BOOKS[data.draw(st.integers(0, 3))], CALENDAR) for _ in range(2))
    got = set(city_changes(made, old, new, on))
    wanted = set()
    for matter in matters:
        before, after = (
            last_runs(matter_clocks(matter, terms.rules, terms.calendar, on)).values() for terms in (old, new)
        )
        wanted |= set(clock_changes(before, after))
    assert got == wanted


@given(clocked_matters(), books, ons)
def test_no_clock_ends_before_it_starts_nor_is_extended_past_the_law(
    matter: ClockedMatter, book: RuleBook, on: date
) -> None:
    for clock in matter_clocks(matter, book, CALENDAR, on):
        assert clock.started_on < clock.due_on
        assert clock.stopped_on is None or clock.stopped_on >= clock.started_on
        extended = [each.counted for each in clock.extensions]
        assert all(days >= 0 for days in extended)
        assert sum(extended) <= clock.rule.extension_days <= LONGEST_EXTENSION_DAYS
        assert clock.act_by <= clock.due_on


@given(clocked_matters(), books, ons)
def test_a_clock_is_amber_from_its_first_amber_day_on(
    matter: ClockedMatter, book: RuleBook, on: date
) -> None:
    for clock in matter_clocks(matter, book, CALENDAR, on):
        if clock.is_open and on <= clock.due_on and clock.state != "paused":
            assert (clock.state == "due_soon") == (on >= amber_day(clock.rule, clock.due_on, CALENDAR))


DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("days", "wanted", "assumed"),
    [
        ({}, {"received": 0, "unit_received": 0},
         {Assumption.RECEIVED_AS_REGISTERED, Assumption.UNIT_RECEIVED_AS_REGISTERED}),
        ({"received_on": 1}, {"received": 1}, set()),
        ({"received_on": 0, "forwarded_on": 3}, {"received": 0, "forwarded": 3, "unit_received": 3},
         {Assumption.UNIT_RECEIVED_AS_FORWARDED}),
        ({"accepted_on": 9}, {"unit_received": 0, "accepted": 9, "noticed": 9},
         {Assumption.FORWARDED_UNKNOWN, Assumption.UNIT_RECEIVED_AS_REGISTERED,
          Assumption.NOTICED_AS_ACCEPTED}),
        ({"received_on": 0, "unit_received_on": 5, "noticed_on": 6}, {"unit_received": 5, "noticed": 6},
         {Assumption.FORWARDED_UNKNOWN}),
    ],
)  # fmt: skip
def test_what_a_source_does_not_say_is_assumed_and_told(
    days: dict[str, int], wanted: dict[str, int], assumed: set[Assumption]
) -> None:
    row: Row = {"registered_on": DAY, **{name: DAY + timedelta(days=n) for name, n in days.items()}}
    said = event_days(days_of(row), np.array([False]))
    found = {event.kind: (event.on - DAY).days for event in said.events_of(0)}
    assert found == {"registered": 0, **wanted}
    assert set(said.assumptions_of(0)) == assumed


def test_a_matter_settled_on_no_known_day_owes_nothing() -> None:
    row: Row = {"registered_on": DAY, "accepted_on": DAY}
    said = event_days(days_of(row), np.array([True]))
    made = MatterColumns(
        np.array([1]), np.array([0], np.int8), np.array([0], np.int8), np.array([0]), (AREA,), said, {}
    )
    found = city_clocks(made, ClockTerms(RuleBook(regulation_rules()), CALENDAR), DAY + timedelta(days=99))
    assert not found.is_open.any()
    assert found.due_of("reply", 1)[0] == np.datetime64(DAY + timedelta(days=60))


def test_an_extension_of_the_reply_day_comes_before_the_reply() -> None:
    said = (ClockEvent(EventKind.ACCEPTED, DAY), ClockEvent(EventKind.REPLIED, DAY + timedelta(days=60)))
    extended = ClockEvent(EventKind.EXTENDED, DAY + timedelta(days=60), 5, "局长", "复杂")
    assert [event.kind for event in merge_events(said, [extended])] == ["accepted", "extended", "replied"]


def test_before_the_regulation_the_former_rules_run() -> None:
    book = RuleBook((*regulation_rules(), *former_rules()))
    for start in (IN_FORCE - timedelta(days=1), IN_FORCE):
        matter = ClockedMatter(1, AREA, TRACKS[0], PURPOSES[0], (ClockEvent(EventKind.ACCEPTED, start),))
        (clock,) = matter_clocks(matter, book, CALENDAR, start)
        assert clock.due_on == start + timedelta(days=60)
        assert ("2005" in clock.rule.source) == (start < IN_FORCE)


@pytest.mark.parametrize("language", Language)
def test_every_assumption_has_words(language: Language) -> None:
    assert {f"clock_assumption.{one}" for one in Assumption} <= set(all_words(language))
    assert [f"{kind}_on" for kind in ROW_KINDS] == list(DAY_COLUMNS)
