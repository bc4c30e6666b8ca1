"""Entries (登记办理事件): whether an event may be added to a matter's, checked before it is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from grid.clocks.calendars import WorkCalendar
from grid.clocks.events import ClockedMatter, ClockEvent, EventKind
from grid.clocks.matter_clocks import matter_runs
from grid.clocks.rules import RuleBook
from grid.clocks.runs import Run
from grid.clocks.terms import due_day
from grid.refusals import Refused


def add_event(
    matter: ClockedMatter, event: ClockEvent, rules: RuleBook, calendar: WorkCalendar, on: date
) -> ClockedMatter:
    """Return the matter with an event that is recorded on ``on``, or refuse it.

    Raises
    ------
    Refused
        ``clock_event_ahead`` for a day still to come, ``clock_event_clock_unknown``,
        ``clock_extension_nothing``, ``clock_extension_late``, ``clock_extension_long``,
        ``clock_pause_nothing``, ``clock_paused_already``, ``clock_resumed_unpaused``.
    """
    if event.on > on:
        raise Refused("clock_event_ahead", on=event.on.isoformat())
    if event.clock and event.clock not in rules.clocks:
        raise Refused("clock_event_clock_unknown", clock=event.clock[:40])
    check = _CHECKS.get(event.kind)
    if check is not None:
        runs = matter_runs(matter, rules, calendar, event.on)
        open_runs = [run for run in runs if run.stopped_on is None and event.clock in {"", run.rule.clock}]
        check(event, open_runs, calendar)
    return replace(matter, events=(*matter.events, event))


def _check_extension(event: ClockEvent, runs: list[Run], calendar: WorkCalendar) -> None:
    extendable = [run for run in runs if run.rule.extension_days]
    if not extendable:
        raise Refused("clock_extension_nothing", on=event.on.isoformat())
    for run in extendable:
        due = due_day(run.rule, run.started_on, run.extension, run.pauses_until(event.on), calendar).day
        if event.on > due:
            raise Refused("clock_extension_late", on=event.on.isoformat(), due=due.isoformat())
        allowed = run.rule.extension_days - run.extension
        if event.days > allowed:
            raise Refused("clock_extension_long", days=event.days, allowed=allowed)


def _check_pause(event: ClockEvent, runs: list[Run], calendar: WorkCalendar) -> None:
    pausable = [run for run in runs if run.rule.pausable]
    if not pausable:
        raise Refused("clock_pause_nothing", on=event.on.isoformat())
    held = [run.paused_since for run in pausable if run.paused_since is not None]
    if held:
        raise Refused("clock_paused_already", since=min(held).isoformat())


def _check_resumption(event: ClockEvent, runs: list[Run], calendar: WorkCalendar) -> None:
    if all(run.paused_since is None for run in runs):
        raise Refused("clock_resumed_unpaused", on=event.on.isoformat())


_CHECKS: MappingProxyType[EventKind, Callable[[ClockEvent, list[Run], WorkCalendar], None]] = (
    MappingProxyType(
        {
            EventKind.EXTENDED: _check_extension,
            EventKind.PAUSED: _check_pause,
            EventKind.RESUMED: _check_resumption,
        }
    )
)
