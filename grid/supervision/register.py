"""The register of supervision (督办台账): which cases are asked for, and what is said of each."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median

from grid.clocks.states import ClockState
from grid.matters import Category
from grid.refusals import Refused
from grid.supervision.cases import CaseState, StepState
from grid.supervision.procedures import Procedure

PAGE_ROWS = 50
DUE_WITHIN = (0, 3, 7)
"""Days within which a next step may be asked to be due."""
LAST_PAGE = 100_000
ROSTER_PROCEDURES = ("reception", "reception_days")
WHISTLE = "whistle"
WHISTLE_DAYS = 365
"""Calls of so many days are measured together."""


class Standing(StrEnum):
    """How a case stands, as the register counts it."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class SupervisionQuestion:
    """Which cases; none for no limit. Cases that ended are listed only where they are asked for.

    Raises
    ------
    Refused
        ``supervision_page_unknown`` or ``supervision_due_unknown``.
    """

    procedure: str | None = None
    standing: Standing | None = None
    unit_id: int | None = None
    due_within: int | None = None
    page: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.page <= LAST_PAGE:
            raise Refused("supervision_page_unknown")
        if self.due_within is not None and self.due_within not in DUE_WITHIN:
            raise Refused("supervision_due_unknown")


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in a list. ``matter_no`` is empty for who may not read it; of a leader the post alone."""

    id: int
    matter_no: str
    category: Category | None
    unit_id: int | None
    unit: str
    leader_post: str
    reason: str
    outcome: str
    is_automatic: bool
    state: CaseState

    @property
    def procedure(self) -> Procedure:
        """The procedure, in the version that the case began with."""
        return self.state.case.procedure

    @property
    def standing(self) -> Standing:
        """How it stands."""
        return standing_of(self.state)


@dataclass(frozen=True, slots=True)
class StandingCounts:
    """Open cases by how they stand."""

    overdue: int = 0
    due_soon: int = 0
    running: int = 0

    @property
    def open(self) -> int:
        """All open ones."""
        return self.overdue + self.due_soon + self.running


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of cases on a day, with the open ones counted by procedure before any other filter.

    ``by_standing`` counts what the question's procedure, unit and due day leave, ``ended`` the rest of them.
    """

    rows: tuple[CaseRow, ...]
    total: int
    by_procedure: dict[str, StandingCounts]
    by_standing: StandingCounts
    ended: int
    on: date

    @property
    def pages(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-self.total // PAGE_ROWS))


@dataclass(frozen=True, slots=True)
class Choice:
    """A unit or a leader that a case may be about: id, and name or post."""

    id: int
    name: str
    is_department: bool = False


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case as somebody opens it; ``leader_id`` or ``all_leaders`` for a leader's, no person otherwise."""

    procedure: str
    matter_no: str = ""
    unit_id: int | None = None
    leader_id: int | None = None
    all_leaders: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StepAsked:
    """A step as somebody hands it in; ``turn`` as they saw it, so that a second click changes nothing."""

    case_id: int
    step: str
    turn: int
    official: str = ""
    words: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class EndAsked:
    """A case to be ended, or withdrawn as opened by mistake; ``outcome`` says with what."""

    case_id: int
    outcome: str
    withdrawn: bool = False


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


def standing_of(state: CaseState) -> Standing:
    """Return how a case stands."""
    if state.case.ended_on is not None:
        return Standing.ENDED
    by_state = {ClockState.OVERDUE: Standing.OVERDUE, ClockState.DUE_SOON: Standing.DUE_SOON}
    return by_state.get(state.state, Standing.RUNNING)


def counted(states: Iterable[Standing]) -> StandingCounts:
    """Return how many of the open ones stand how."""
    seen = list(states)
    return StandingCounts(*(seen.count(one) for one in list(Standing)[:3]))


def page_of(open_rows: Sequence[CaseRow], question: SupervisionQuestion, ended: int, on: date) -> CasePage:
    """Return a page of open cases, what is due first on top; ``ended`` is how many fit that ended.

    For a question about those that ended the rows are left empty: they are read by the page.
    """
    by_procedure: dict[str, list[Standing]] = {}
    for row in open_rows:
        by_procedure.setdefault(row.procedure.code, []).append(row.standing)
    fitting = [row for row in open_rows if _fits(row, question, on)]
    wanted = [row for row in fitting if question.standing in {None, row.standing}]
    wanted.sort(key=_urgency)
    first = (question.page - 1) * PAGE_ROWS
    return CasePage(
        tuple(wanted[first : first + PAGE_ROWS]),
        len(wanted),
        {code: counted(each) for code, each in by_procedure.items()},
        counted(row.standing for row in fitting),
        ended,
        on,
    )


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


def _fits(row: CaseRow, question: SupervisionQuestion, on: date) -> bool:
    if question.procedure not in {None, row.procedure.code}:
        return False
    if question.unit_id not in {None, row.unit_id}:
        return False
    if question.due_within is None:
        return True
    following = row.state.next
    due = following.due_on if following else None
    return due is not None and on <= due <= on + timedelta(days=question.due_within)


def _urgency(row: CaseRow) -> tuple[date, int]:
    following = row.state.next
    return (following.due_on if following and following.due_on else date.max, row.id)


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
