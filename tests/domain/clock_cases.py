"""Matters with events in any order, rule books of many kinds, and an oracle that walks from day to day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from data.clocks.seeding import seed_days
from grid.clocks.calendars import WorkCalendar
from grid.clocks.events import ClockedMatter, ClockEvent, EventKind
from grid.clocks.matter_clocks import MatterClock
from grid.clocks.regulation import regulation_rules, stricter_rules
from grid.clocks.rules import Counting, Rolling, RuleBook
from grid.matters import Purpose, Track

AREA = "330102"
CALENDAR = WorkCalendar(seed_days())
_NATION = regulation_rules()
_HARD = tuple(
    replace(rule, counting=Counting.WORKING, pausable=True, extension_days=30, days=max(1, rule.days // 3))
    for rule in _NATION
)
_ROLLING = tuple(replace(rule, rolling=Rolling.NEXT_WORKING_DAY, pausable=True) for rule in _NATION)

BOOKS = (
    RuleBook(_NATION),
    RuleBook((*_NATION, *stricter_rules("33", date(2026, 6, 1), "《某省信访条例》"))),
    RuleBook(_HARD),
    RuleBook(_ROLLING),
)
"""The nation's, with a province's, all in working days and pausable, all rolling and pausable."""


@st.composite
def clocked_matters(draw: st.DrawFn) -> ClockedMatter:
    """A matter of up to fourteen events between 2026 and 2027, hearings and extensions among them."""
    often = [
        EventKind.PAUSED,
        EventKind.RESUMED,
        EventKind.EXTENDED,
        EventKind.ACCEPTED,
        EventKind.REVIEW_APPLIED,
    ]
    kinds = st.sampled_from([*EventKind, *often, *often])
    ahead = st.integers(0, 500) | st.integers(0, 60)
    events = []
    for kind, days in draw(st.lists(st.tuples(kinds, ahead), max_size=14)):
        on = date(2026, 1, 1) + timedelta(days=days)
        if kind is EventKind.EXTENDED:
            events.append(ClockEvent(kind, on, draw(st.integers(1, 40)), "局长", "案情复杂"))
        else:
            events.append(ClockEvent(kind, on))
    track = draw(st.sampled_from([Track.ORDINARY, Track.ORDINARY, *Track]))
    purpose = draw(st.sampled_from([Purpose.CLAIM, Purpose.CLAIM, *Purpose]))
    return ClockedMatter(draw(st.integers(1, 9)), AREA, track, purpose, tuple(events))


def oracle_due(clock: MatterClock, calendar: WorkCalendar) -> date:
    """The due day by walking: a day counts if the rule counts it and no hearing covers it.

    The last day rolls on while it is a rest day or covered, where the rule says so. Pauses are those that the
    clock tells of, so that the walk checks the arithmetic; which they are is checked by examples.
    """
    rule = clock.rule
    wanted = rule.days + sum(each.counted for each in clock.extensions)
    day, counted = clock.started_on, 0
    while True:
        day += timedelta(days=1)
        if any(pause.since <= day < pause.until for pause in clock.pauses):
            continue
        works = calendar.is_working(day)
        counted += rule.counting is Counting.NATURAL or works
        if counted >= wanted and (rule.rolling is Rolling.NONE or works):
            return day
