"""The reception roster (接访安排) of a month, and how long called departments took (吹哨报到)."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from grid.clocks.states import ClockState
from grid.supervision.cases import CaseState, StepState
from grid.supervision.register import CaseRow

ROSTER_PROCEDURES = ("reception", "reception_days")
WHISTLE = "whistle"
WHISTLE_DAYS = 365
"""Calls of so many days are measured together."""


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One leader's receptions of a month: days held, days fixed, and the turns owed that are open.

    ``state`` is that of the month's own turns; ``overdue`` counts all open turns that are past their day.
    """

    case_id: int
    leader_post: str
    procedure: str
    held: tuple[date, ...]
    fixed: tuple[date, ...]
    owed: int
    kept: int
    state: ClockState | None
    overdue: int


@dataclass(frozen=True, slots=True)
class Roster:
    """The reception roster of the month that ``month`` is the first day of."""

    month: date
    days: int
    resting: frozenset[date]
    rows: tuple[RosterRow, ...]
    on: date


@dataclass(frozen=True, slots=True)
class MeasuredStep:
    """Hours that a step of calls took since its start: n, median and longest; ``waiting`` are open ones."""

    step: str
    n: int
    median_hours: float | None
    longest_hours: float | None
    waiting: int


@dataclass(frozen=True, slots=True)
class WhistleTimes:
    """吹哨报到: how long departments took, by step, for calls opened since a day."""

    since: date
    until: date
    steps: tuple[MeasuredStep, ...]


def roster(rows: Iterable[CaseRow], month: date, resting: frozenset[date], on: date) -> Roster:
    """Return the receptions of a month, of open cases and those that still were open in it."""
    length = calendar.monthrange(month.year, month.month)[1]
    last = month.replace(day=length)
    lived = [row for row in rows if row.state.case.opened_on <= last]
    made = (_roster_row(row, month, last) for row in lived)
    return Roster(month, length, resting, tuple(sorted(made, key=lambda one: one.leader_post)), on)


def whistle_times(states: Iterable[CaseState], on: date) -> WhistleTimes:
    """Return the measured hours of calls, those that were withdrawn left out."""
    hours: dict[str, list[float]] = {}
    waiting: dict[str, int] = {}
    for one in states:
        if one.case.withdrawn:
            continue
        for step in one.steps:
            if step.step.measured:
                hours.setdefault(step.step.code, []).extend([step.hours] if step.hours is not None else [])
                is_waiting = step.is_open and one.case.ended_on is None
                waiting[step.step.code] = waiting.get(step.step.code, 0) + is_waiting
    steps = tuple(
        MeasuredStep(code, len(each), median(each) if each else None, max(each, default=None), waiting[code])
        for code, each in hours.items()
    )
    return WhistleTimes(on - timedelta(days=WHISTLE_DAYS), on, steps)


def _roster_row(row: CaseRow, month: date, last: date) -> RosterRow:
    turns = row.state.steps
    held = sorted(one.done.on for one in turns if one.done and month <= one.done.on <= last)
    own = [one for one in turns if one.due_on is not None and month <= one.due_on <= last]
    step = row.procedure.steps[0]
    overdue = sum(one.state is ClockState.OVERDUE for one in turns)
    return RosterRow(
        row.id,
        row.leader_post,
        row.procedure.code,
        tuple(held),
        tuple(month.replace(day=day) for day in sorted(step.month_days)),
        len(own),
        sum(one.done is not None for one in own),
        _worst(own),
        overdue if row.state.case.ended_on is None else 0,
    )


def _worst(turns: Sequence[StepState]) -> ClockState | None:
    order = (
        ClockState.OVERDUE, ClockState.DUE_SOON, ClockState.RUNNING, ClockState.STOPPED_LATE,
        ClockState.STOPPED_IN_TIME,
    )  # fmt: skip
    states = {one.state for one in turns}
    return next((one for one in order if one in states), None)
