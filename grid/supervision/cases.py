"""Cases (督办件): which step of a procedure is due when and by whom, and what may be done next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from grid.clocks.calendars import WorkCalendar
from grid.clocks.duties import DutyBearer, DutyRule, Period, duty_terms
from grid.clocks.rules import Counting
from grid.clocks.states import ClockState
from grid.principals import Role
from grid.refusals import Refused
from grid.supervision.procedures import OPENING, Field, Owner, Procedure, Step

_MEASURE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step that was taken; ``at`` is when it was written down, ``on`` the day that counts."""

    step: str
    turn: int
    on: date
    at: datetime
    official: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One case as it is kept; ``done`` in any order."""

    procedure: Procedure
    opened_on: date
    opened_at: datetime
    done: tuple[StepDone, ...] = ()
    ended_on: date | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class StepState:
    """One step, or one turn of a step that comes round, on a day.

    ``state`` is none while it waits for another step, and for what has no due day and is not done. ``hours``
    are counted from the start to when it was written down, where the step is measured.
    """

    step: Step
    turn: int
    starts_on: date | None
    due_on: date | None
    done: StepDone | None
    state: ClockState | None
    days_left: int | None
    provisional: bool = False
    hours: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has begun and waits to be taken."""
        return self.done is None and self.starts_on is not None


@dataclass(frozen=True, slots=True)
class CaseState:
    """How a case stands: every step in order, what is next, and what keeps it from being ended."""

    case: Case
    steps: tuple[StepState, ...]
    missing: tuple[str, ...]
    """Codes of steps that are owed before the case may end."""

    @property
    def next(self) -> StepState | None:
        """The open step that is due first, those without a due day last; none in a case that ended."""
        waiting = [one for one in self.steps if one.is_open and not one.step.optional]
        if self.case.ended_on is not None:
            return None
        return min(waiting, key=lambda one: one.due_on or date.max, default=None)

    @property
    def state(self) -> ClockState:
        """The state of what is due first; of a case that ended, whether every step was in time."""
        if self.case.ended_on is None:
            following = self.next
            return ClockState.RUNNING if following is None else following.state or ClockState.RUNNING
        late = any(one.state is ClockState.STOPPED_LATE for one in self.steps)
        return ClockState.STOPPED_LATE if late else ClockState.STOPPED_IN_TIME

    def open_steps(self) -> tuple[StepState, ...]:
        """Return the steps that may be taken now: of one that comes round, its earliest turn."""
        if self.case.ended_on is not None:
            return ()
        first: dict[str, StepState] = {}
        for one in self.steps:
            if one.is_open:
                first.setdefault(one.step.code, one)
        for one in self.steps:
            if one.step.monthly and one.step.code not in first and one.starts_on is not None:
                # More often than is owed is no fault: a leader may receive on further days.
                first[one.step.code] = _further(one, self.case)
        return tuple(first.values())


def case_state(case: Case, calendar: WorkCalendar, on: date) -> CaseState:
    """Return how a case stands on a day."""
    # What a case still owes on the day it ends it owes no more afterwards: its days stand still.
    day = on if case.ended_on is None else min(on, case.ended_on)
    steps = tuple(_steps(case, calendar, day))
    missing = tuple(
        one.step.code
        for one in steps
        if one.done is None and not one.step.monthly and _is_owed(case, one.step)
    )
    return CaseState(case, steps, missing)


def take(state: CaseState, code: str, turn: int, told: StepDone, on: date) -> StepDone:
    """Return a step as it may be written down.

    Raises
    ------
    Refused
        ``supervision_ended``, ``supervision_step_unknown``, ``supervision_step_taken`` for a turn that was,
        ``supervision_step_waits`` for one whose start has not come, ``supervision_needs_official``,
        ``supervision_needs_words``, ``supervision_day`` for a day before its start or after today.
    """
    case = state.case
    step = case.procedure.step(code)
    if case.ended_on is not None:
        raise Refused("supervision_ended")
    if any(one.step == code and one.turn == turn for one in case.done):
        raise Refused("supervision_step_taken")
    open_now = next((one for one in state.open_steps() if one.step.code == code), None)
    if open_now is None or open_now.turn != turn or open_now.starts_on is None:
        raise Refused("supervision_step_waits")
    if Field.OFFICIAL in step.needs and not told.official:
        raise Refused("supervision_needs_official")
    if Field.WORDS in step.needs and not told.words:
        raise Refused("supervision_needs_words")
    day = told.on if Field.DAY in step.needs else on
    if not open_now.starts_on <= day <= on:
        raise Refused("supervision_day", since=open_now.starts_on.isoformat(), until=on.isoformat())
    return StepDone(code, turn, day, told.at, told.official, told.words)


def may_take(state: CaseState, role: Role) -> tuple[StepState, ...]:
    """Return the steps that an account of a role may take now."""
    return tuple(one for one in state.open_steps() if one.step.may_be_taken_by(role))


def end(state: CaseState, *, withdrawn: bool, outcome: str) -> None:
    """Check that a case may end.

    Raises
    ------
    Refused
        ``supervision_ended``, ``supervision_needs_outcome`` or ``supervision_steps_missing``.
    """
    if state.case.ended_on is not None:
        raise Refused("supervision_ended")
    if not outcome:
        raise Refused("supervision_needs_outcome")
    if state.missing and not withdrawn:
        raise Refused("supervision_steps_missing")


def _is_owed(case: Case, step: Step) -> bool:
    """Return whether a step must be taken before the end; not what waits for an untaken optional one."""
    if step.optional:
        return False
    if step.after == OPENING:
        return True
    before = case.procedure.step(step.after)
    if _done(case, before.code):
        return True
    return _is_owed(case, before)


def _steps(case: Case, calendar: WorkCalendar, on: date) -> Iterator[StepState]:
    for step in case.procedure.steps:
        start = _start(case, step)
        if start is None:
            yield StepState(step, 1, None, None, None, None, None)
        elif step.monthly:
            yield from _turns(case, step, start[0], calendar, on)
        else:
            yield _once(case, step, start, calendar, on)


def _start(case: Case, step: Step) -> tuple[date, datetime] | None:
    if step.after == OPENING:
        return case.opened_on, case.opened_at
    before = _done(case, step.after)
    return (before[0].on, before[0].at) if before else None


def _done(case: Case, code: str) -> Sequence[StepDone]:
    return sorted((one for one in case.done if one.step == code), key=lambda one: one.turn)


def _once(
    case: Case, step: Step, start: tuple[date, datetime], calendar: WorkCalendar, on: date
) -> StepState:
    done = next(iter(_done(case, step.code)), None)
    due, provisional = _due(step, start[0], calendar)
    left = None if due is None or done else _left(step, due, calendar, on)
    hours = (done.at - start[1]) / _MEASURE if done and step.measured else None
    state = _state(step, due, done, left, on)
    return StepState(step, 1, start[0], due, done, state, left, provisional, hours)


def _due(step: Step, start: date, calendar: WorkCalendar) -> tuple[date | None, bool]:
    if step.days is None:
        return None, False
    if step.counting is Counting.NATURAL:
        return start + timedelta(days=step.days), False
    reckoned = calendar.add_working_days(start, step.days)
    return reckoned.day, reckoned.provisional


def _left(step: Step, due: date, calendar: WorkCalendar, on: date) -> int:
    if step.counting is Counting.NATURAL:
        return (due - on).days
    return calendar.working_days_between(on, due).days


def _state(
    step: Step, due: date | None, done: StepDone | None, left: int | None, on: date
) -> ClockState | None:
    if done is not None:
        return ClockState.STOPPED_LATE if due is not None and done.on > due else ClockState.STOPPED_IN_TIME
    if due is None or left is None:
        return None
    if on > due:
        return ClockState.OVERDUE
    return ClockState.DUE_SOON if left <= step.soon_days else ClockState.RUNNING


def _turns(case: Case, step: Step, start: date, calendar: WorkCalendar, on: date) -> Iterator[StepState]:
    """Yield a turn for each term that is owed, then what was done beyond them."""
    bearer = DutyBearer.LEADER if step.owner is Owner.LEADER else DutyBearer.UNIT
    rule = DutyRule(
        step.code, bearer, Period.MONTH, start, month_days=step.month_days, soon_days=step.soon_days
    )
    done = _done(case, step.code)
    left = defaultdict(list)
    for one in done:
        left[one.on].append(one)
    terms = duty_terms(rule, (start, None), [one.on for one in done], calendar, on)
    for term in terms:
        taken = left[term.done_on].pop(0) if term.done_on is not None else None
        days = None if taken else term.days_left
        # The turn that fills an open term is the next one that is written down, whichever term it is.
        turn = taken.turn if taken else len(done) + 1
        yield StepState(step, turn, term.period_start, term.due_on, taken, term.state, days)
    beyond = sorted((one for rest in left.values() for one in rest), key=lambda one: one.turn)
    for one in beyond:
        yield StepState(step, one.turn, start, None, one, ClockState.STOPPED_IN_TIME, None)
    if not terms and not beyond:
        yield StepState(step, 1, start, None, None, None, None)


def _further(one: StepState, case: Case) -> StepState:
    turn = len(_done(case, one.step.code)) + 1
    start = _start(case, one.step)
    return StepState(one.step, turn, start[0] if start else None, None, None, None, None)
