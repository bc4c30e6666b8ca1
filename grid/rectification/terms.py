"""Due days of a listing: decision, plan, monthly report (整改月报), written explanation (书面说明)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from grid.clocks.calendars import WorkCalendar
from grid.clocks.duties import DutyBearer, DutyRule, Period, duty_terms
from grid.clocks.states import OPEN_STATES, ClockState, clock_state
from grid.listings import Quarter, StepKind
from grid.rectification.schemes import Terms
from grid.rectification.steps import StepTaken

_FIRST = date(2000, 1, 1)
MONTHLY_REPORT = DutyRule("rectification_report", DutyBearer.UNIT, Period.MONTH, _FIRST)
"""A report for every whole month in which the unit is listed, due on its last day."""


@dataclass(frozen=True, slots=True)
class ListingDue:
    """A step that is owed: until when, done when, and how that stands.

    ``period_start`` is a report's month, ``quarter`` what an explanation is of. ``provisional``: the due day
    rests on a year whose holidays are not published.
    """

    kind: StepKind
    due_on: date
    done_on: date | None
    state: ClockState
    days_left: int
    provisional: bool = False
    period_start: date | None = None
    quarter: Quarter | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still waits to be done."""
        return self.state in OPEN_STATES


@dataclass(frozen=True, slots=True)
class Course:
    """A listing's days: proposed, listed and ended, with its steps and the quarters that fell short.

    ``short`` has each frozen quarter in which a target was missed, with the day it was frozen.
    """

    proposed_on: date | None
    listed_on: date | None
    ended_on: date | None
    agreed_on: date | None
    """The day on which the bureau agreed to the unit's plan."""
    steps: tuple[StepTaken, ...]
    short: tuple[tuple[Quarter, date], ...] = ()

    def days_of(self, kind: StepKind) -> tuple[date, ...]:
        """Return the days of the steps of a kind, in order."""
        return tuple(sorted(step.on for step in self.steps if step.kind is kind))


def dues(course: Course, terms: Terms, calendar: WorkCalendar, on: date) -> tuple[ListingDue, ...]:
    """Return everything that a listing owes or owed by a day, by due day."""
    asked = (one for one in (*_once(course, terms), *_explanations(course, terms, on)) if one.since <= on)
    found = (*(_due(one, calendar, on) for one in asked), *_reports(course, calendar, on))
    if course.ended_on is not None and course.ended_on <= on:
        # Nothing is owed after the end; what was done stays to be seen.
        found = tuple(one for one in found if not one.is_open)
    return tuple(sorted(found, key=lambda one: (one.due_on, one.kind.value)))


def next_due(owed: Iterable[ListingDue]) -> ListingDue | None:
    """Return what is due next among what is still owed; the longest overdue is first."""
    return min((one for one in owed if one.is_open), key=lambda one: one.due_on, default=None)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A step asked for on a day, so many working days before it is due."""

    kind: StepKind
    since: date
    days: int
    done: date | None
    quarter: Quarter | None = None


def _once(course: Course, terms: Terms) -> Iterator[_Asked]:
    if course.proposed_on is not None:
        decided = course.listed_on or course.ended_on
        yield _Asked(StepKind.LIST, course.proposed_on, terms.decide_days, decided)
    # Of an imported listing it is not known when its plan was agreed.
    if course.listed_on is not None and (course.agreed_on is None or course.days_of(StepKind.PLAN)):
        yield _Asked(StepKind.PLAN, course.listed_on, terms.plan_days, course.agreed_on)


def _explanations(course: Course, terms: Terms, on: date) -> Iterator[_Asked]:
    """Yield the quarters to be explained: those frozen while the unit was listed."""
    if course.listed_on is None:
        return
    left = [day for day in course.days_of(StepKind.EXPLAIN) if day <= on]
    until = on if course.ended_on is None else min(on, course.ended_on)
    for quarter, frozen_on in sorted(course.short):
        if not course.listed_on <= frozen_on <= until:
            continue
        done = next((day for day in left if day >= frozen_on), None)
        if done is not None:
            left.remove(done)
        yield _Asked(StepKind.EXPLAIN, frozen_on, terms.explain_days, done, quarter)


def _due(asked: _Asked, calendar: WorkCalendar, on: date) -> ListingDue:
    due = calendar.add_working_days(asked.since, asked.days)
    done = asked.done if asked.done is not None and asked.done <= on else None
    state, left = clock_state(due.day, done, on), (due.day - on).days
    return ListingDue(asked.kind, due.day, done, state, left, due.provisional, quarter=asked.quarter)


def _reports(course: Course, calendar: WorkCalendar, on: date) -> tuple[ListingDue, ...]:
    if course.listed_on is None:
        return ()
    done = course.days_of(StepKind.REPORT)
    owed = duty_terms(MONTHLY_REPORT, (course.listed_on, course.ended_on), done, calendar, on)
    return tuple(
        ListingDue(
            StepKind.REPORT, one.due_on, one.done_on, one.state, one.days_left, period_start=one.period_start
        )
        for one in owed
    )
