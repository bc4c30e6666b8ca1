"""Every clock of a matter on a day: when it is due, how it stands, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from grid.clocks.calendars import WorkCalendar
from grid.clocks.events import FINAL_EVENTS, ClockedMatter, ClockEvent, EventKind
from grid.clocks.reasons import Reason, explain
from grid.clocks.rules import ClockRule, RuleBook
from grid.clocks.runs import Extension, Run, begin_run
from grid.clocks.states import OPEN_STATES, ClockState
from grid.clocks.terms import Pause, due_day, left_until, term_state


@dataclass(frozen=True, slots=True)
class MatterClock:
    """One clock of a matter on a day.

    ``days_left`` is counted as the rule counts, none once it stopped or lapsed. While a hearing is held
    ``due_on`` is what it would be if the hearing ended on that day. ``act_by`` is the last working day not
    after ``due_on``. ``provisional`` where the due day rests on a year whose notice was not published.
    """

    matter_id: int
    clock: str
    rule: ClockRule
    started_on: date
    due_on: date
    stopped_on: date | None
    state: ClockState
    days_left: int | None
    act_by: date
    provisional: bool
    extensions: tuple[Extension, ...]
    pauses: tuple[Pause, ...]
    reasons: tuple[Reason, ...]

    @property
    def is_open(self) -> bool:
        """Return whether somebody is still waited for."""
        return self.state in OPEN_STATES


def matter_clocks(
    matter: ClockedMatter, rules: RuleBook, calendar: WorkCalendar, on: date
) -> tuple[MatterClock, ...]:
    """Return every clock of a matter that has started by a day, in the order of rules and starts.

    Events after ``on`` are not looked at, so that an earlier day's answer can be had again. A clock that was
    voided (the matter was sent back) is left out.
    """
    runs = matter_runs(matter, rules, calendar, on)
    return tuple(_clock_of(matter.id, run, calendar, on) for run in runs)


def matter_runs(matter: ClockedMatter, rules: RuleBook, calendar: WorkCalendar, on: date) -> tuple[Run, ...]:
    """Return the runs behind ``matter_clocks``: rule, start, stop, extensions and pauses, without a state."""
    events = matter.events_until(on)
    return tuple(run for clock in rules.clocks for run in _runs_of(matter, events, rules, clock, calendar))


def _runs_of(
    matter: ClockedMatter, events: tuple[ClockEvent, ...], rules: RuleBook, clock: str, calendar: WorkCalendar
) -> Iterator[Run]:
    """Follow one clock through the events; while it runs, further start events do not start it again."""
    run: Run | None = None
    seen: Counter[EventKind] = Counter()
    paused_since: date | None = None
    for event in events:
        seen[event.kind] += 1
        paused_since = _pause_after(event, paused_since, clock)
        if run is None:
            run = _begun(matter, event, rules, clock, seen[event.kind], paused_since)
        elif event.kind in run.rule.voids:
            run = None
        elif _stops(run.rule, event):
            yield run.stopped(event)
            run = None
        else:
            run = run.followed(event, calendar)
    if run is not None:
        yield run


def _begun(  # noqa: PLR0917  what a start depends on
    matter: ClockedMatter, event: ClockEvent, rules: RuleBook, clock: str, nth: int, paused_since: date | None
) -> Run | None:
    """Return the run that an event starts, the ``nth`` of its kind, or none."""
    if not rules.may_start(clock, event.kind):
        return None
    rule = rules.rule_for(clock, matter.track, matter.purpose, matter.area_code, event.on)
    if rule is None or event.kind not in rule.starts or not rule.nth <= nth <= (rule.nth_last or nth):
        return None
    return begin_run(rule, event.on, paused_since)


def _stops(rule: ClockRule, event: ClockEvent) -> bool:
    return event.kind in rule.stops or (event.kind in FINAL_EVENTS and not rule.window)


def _pause_after(event: ClockEvent, since: date | None, clock: str) -> date | None:
    """Return since when a hearing is held that concerns a clock; one that began earlier goes on."""
    if event.kind is EventKind.PAUSED and event.clock in {"", clock}:
        return since or event.on
    if event.kind is EventKind.RESUMED and event.clock in {"", clock}:
        return None
    return since


def _clock_of(matter_id: int, run: Run, calendar: WorkCalendar, on: date) -> MatterClock:
    rule = run.rule
    pauses = run.pauses_until(run.stopped_on or on)
    due = due_day(rule, run.started_on, run.extension, pauses, calendar)
    left = left_until(rule, due.day, on, calendar)
    paused = run.paused_since is not None and run.stopped_on is None
    state = term_state(rule, due.day, run.stopped_on, left, on, paused=paused)
    act_by = calendar.last_working_day(due.day).day
    return MatterClock(
        matter_id=matter_id,
        clock=rule.clock,
        rule=rule,
        started_on=run.started_on,
        due_on=due.day,
        stopped_on=run.stopped_on,
        state=state,
        days_left=left if state in OPEN_STATES else None,
        act_by=act_by,
        provisional=due.provisional,
        extensions=run.extensions,
        pauses=pauses,
        reasons=explain(run, pauses, due, act_by, calendar),
    )
