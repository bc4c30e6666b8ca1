"""Runs (计时) of a clock: one from a start event to the event that stops it, with what happened between."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from grid.clocks.calendars import WorkCalendar
from grid.clocks.events import ClockEvent, EventKind
from grid.clocks.rules import ClockRule
from grid.clocks.terms import Pause, due_day


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension (延期) as asked for; ``counted`` of its days count.

    None do where it was approved after the due day; past the rule's most, only as many as were left.
    """

    on: date
    days: int
    counted: int
    approver: str
    reason: str
    was_late: bool


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a clock; ``pauses`` are over, ``paused_since`` is none unless a hearing is held."""

    rule: ClockRule
    started_on: date
    stopped_on: date | None = None
    stopped_by: EventKind | None = None
    extensions: tuple[Extension, ...] = ()
    pauses: tuple[Pause, ...] = ()
    paused_since: date | None = None

    @property
    def extension(self) -> int:
        """Days by which it was extended in all."""
        return sum(each.counted for each in self.extensions)

    def pauses_until(self, day: date) -> tuple[Pause, ...]:
        """Return the pauses with the one that goes on, as if it ended on a day."""
        if self.paused_since is None or self.paused_since > day:
            return self.pauses
        return (*self.pauses, Pause(self.paused_since, day))

    def stopped(self, event: ClockEvent) -> Run:
        """Return the run stopped by an event; a hearing that is held then ends with it."""
        return replace(self, stopped_on=event.on, stopped_by=event.kind)

    def followed(self, event: ClockEvent, calendar: WorkCalendar) -> Run:
        """Return the run after an event that neither stops nor voids it."""
        if event.clock not in {"", self.rule.clock}:
            return self
        if event.kind is EventKind.EXTENDED and self.rule.extension_days:
            return replace(self, extensions=(*self.extensions, self._extension(event, calendar)))
        if not self.rule.pausable:
            return self
        if event.kind is EventKind.PAUSED:
            return replace(self, paused_since=self.paused_since or event.on)
        if event.kind is EventKind.RESUMED and self.paused_since is not None:
            return replace(self, pauses=self.pauses_until(event.on), paused_since=None)
        return self

    def _extension(self, event: ClockEvent, calendar: WorkCalendar) -> Extension:
        due = due_day(self.rule, self.started_on, self.extension, self.pauses_until(event.on), calendar)
        was_late = event.on > due.day
        counted = 0 if was_late else min(event.days, self.rule.extension_days - self.extension)
        return Extension(event.on, event.days, counted, event.approver, event.reason, was_late)


def begin_run(rule: ClockRule, start: date, paused_since: date | None) -> Run:
    """Return a run that starts on a day, in a hearing where one is held already."""
    held = rule.pausable and paused_since is not None
    return Run(rule, start, paused_since=start if held else None)
