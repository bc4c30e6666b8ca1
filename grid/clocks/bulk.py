"""Clocks of a whole city at once, as arrays; each row comes out as ``matter_clocks`` has it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from grid.clocks.calendars import WorkCalendar
from grid.clocks.day_table import DayTable, make_day_table
from grid.clocks.rules import ClockRule, Counting, Rolling
from grid.clocks.states import ClockState

Days = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Dates = npt.NDArray[np.datetime64]

STATES = tuple(ClockState)
"""States by their numbers in ``ClockSheet.state``."""
NO_CLOCK = -1
"""State of a row whose clock has not started by the day, or has no rule."""
NEVER = np.iinfo(np.int32).max
"""A stop that has not come, as a day."""
_SLACK_DAYS = 40


@dataclass(frozen=True)
class ClockColumns:
    """Runs of clocks as columns, one row a run.

    ``rule`` is a place in a sequence of rules, negative for none; ``start`` and ``stop`` are days (NaT where
    it has not come), ``extension`` the days that count of its extensions.
    """

    rule: npt.NDArray[np.int16]
    start: Dates
    stop: Dates
    extension: npt.NDArray[np.int16]


@dataclass(frozen=True)
class PauseColumns:
    """Pauses of pausable runs: the run's ``row``, ``since`` and before ``until`` (NaT while it is held).

    Those of one row are in order and apart; only pauses since the run's start and before its stop.
    """

    row: npt.NDArray[np.int64]
    since: Dates
    until: Dates


NO_PAUSES = PauseColumns(np.empty(0, np.int64), np.empty(0, "datetime64[D]"), np.empty(0, "datetime64[D]"))


@dataclass(frozen=True)
class ClockSheet:
    """What is known of each row: ``due`` and ``act_by`` as days, ``state`` as a number of ``STATES``.

    ``left`` is counted as the rule counts and means something for open clocks only.
    """

    due: Dates
    act_by: Dates
    state: npt.NDArray[np.int8]
    left: npt.NDArray[np.int32]
    provisional: Flags


@dataclass(frozen=True)
class _Terms:
    """Rules by row."""

    days: Days
    working: Flags
    rolls: Flags
    window: Flags
    soon: Days


def reckon(
    columns: ClockColumns,
    rules: Sequence[ClockRule],
    calendar: WorkCalendar,
    on: date,
    pauses: PauseColumns = NO_PAUSES,
) -> ClockSheet:
    """Return how every row's clock stands on a day.

    Stops and pauses after ``on`` are not looked at; extensions must be those known by then.
    """
    today = _number(on)
    size = columns.start.size
    has = (columns.rule >= 0) & ~np.isnat(columns.start)
    start = np.where(has, columns.start.astype("datetime64[D]").astype(np.int64), today)
    has &= start <= today
    start = np.where(has, start, today)
    stop = np.where(np.isnat(columns.stop), NEVER, columns.stop.astype("datetime64[D]").astype(np.int64))
    stop = np.where(stop <= today, stop, NEVER)
    terms = _terms(rules, np.where(has, columns.rule, -1))
    held = _Pauses.of(pauses, np.minimum(stop, today), today)
    table = _table_for(calendar, terms, columns.extension, start, today)
    counted, due = _due_days(terms, columns.extension, start, held, table)
    left = np.where(terms.working, table.between(np.full(size, today), due), due - today)
    in_time, late = STATES.index(ClockState.STOPPED_IN_TIME), STATES.index(ClockState.STOPPED_LATE)
    open_state = _states(terms, due, left, today, held.is_open(size, stop))
    state = np.where(stop == NEVER, open_state, np.where(stop <= due, in_time, late))
    looked = np.minimum(np.where(terms.working, start, counted) + 1, due)
    asks = terms.working | terms.rolls
    return ClockSheet(
        due=_as_dates(due, has),
        act_by=_as_dates(table.last_worked(due), has),
        state=np.where(has, state, NO_CLOCK).astype(np.int8),
        left=left.astype(np.int32),
        provisional=has & asks & table.touches_unknown(looked, due),
    )


def _due_days(
    terms: _Terms, extension: npt.NDArray[np.int16], start: Days, pauses: _Pauses, table: DayTable
) -> tuple[Days, Days]:
    """Return where each count ends and the day that it rolled to; see ``terms.due_day``."""
    length = terms.days + extension
    counted = _advanced(terms.working, start, length, table)
    due = np.where(terms.rolls, table.next_worked(counted), counted)
    for row, since, until in pauses.in_turn():
        first = np.maximum(since, start[row] + 1)
        lost = np.where(
            terms.working[row], table.between(first - 1, np.maximum(until, first) - 1), until - first
        )
        lost = np.maximum(lost, 0)
        shifted = _advanced(terms.working[row], counted[row], lost, table)
        late = np.where(since <= due[row], until, counted[row])
        counted[row] = np.where(since <= counted[row], shifted, late)
        due[row] = np.where(terms.rolls[row], table.next_worked(counted[row]), counted[row])
    return counted, due


def _advanced(working: Flags, days: Days, count: Days, table: DayTable) -> Days:
    """Return the ``count``-th day after each that its clock counts; natural ones ask nothing of the table."""
    return np.where(working, table.add(days, np.where(working, count, 0)), days + count)


def _states(terms: _Terms, due: Days, left: Days, today: int, held: Flags) -> npt.NDArray[np.int8]:
    """Return the states of clocks that nothing has stopped."""
    number = {state: np.int8(place) for place, state in enumerate(STATES)}
    over = np.where(terms.window, number[ClockState.LAPSED], number[ClockState.OVERDUE])
    running = np.where(left <= terms.soon, number[ClockState.DUE_SOON], number[ClockState.RUNNING])
    return np.where(today > due, over, np.where(held, number[ClockState.PAUSED], running)).astype(np.int8)


@dataclass(frozen=True)
class _Pauses:
    """Pauses known by a day, cut at their run's stop; ``turn`` numbers those of one row."""

    row: npt.NDArray[np.int64]
    since: Days
    until: Days
    held: Flags
    turn: npt.NDArray[np.int64]

    @classmethod
    def of(cls, pauses: PauseColumns, end: Days, today: int) -> _Pauses:
        """Return the pauses up to the end of each row."""
        since = pauses.since.astype("datetime64[D]").astype(np.int64)
        until = pauses.until.astype("datetime64[D]").astype(np.int64)
        held = np.isnat(pauses.until) | (until > today)
        last = end[pauses.row]
        until = np.where(held, last, np.minimum(until, last))
        seen = since <= last
        row, since, until, held = pauses.row[seen], since[seen], until[seen], held[seen]
        order = np.lexsort((since, row))
        row, since, until, held = row[order], since[order], until[order], held[order]
        begins = np.r_[True, row[1:] != row[:-1]] if row.size else np.empty(0, np.bool_)
        place = np.arange(row.size)
        turn = place - np.maximum.accumulate(np.where(begins, place, 0)) if row.size else place
        return cls(row, since, until, held, turn)

    def in_turn(self) -> Iterator[tuple[npt.NDArray[np.int64], Days, Days]]:
        """Yield every row's first pause, then every second: no row twice in one step."""
        for turn in range(int(self.turn.max(initial=-1)) + 1):
            chosen = self.turn == turn
            yield self.row[chosen], self.since[chosen], self.until[chosen]

    def is_open(self, size: int, stop: Days) -> Flags:
        """Return by row whether a hearing is held."""
        held = np.zeros(size, np.bool_)
        held[self.row[self.held]] = True
        held &= stop == NEVER
        return held


def _terms(rules: Sequence[ClockRule], row: npt.NDArray[np.int16]) -> _Terms:
    """Return rules by row; a row without a rule counts one day, which is thrown away."""
    return _Terms(
        days=np.array([*(rule.days for rule in rules), 1], np.int64)[row],
        working=np.array([*(rule.counting is Counting.WORKING for rule in rules), False])[row],
        rolls=np.array([*(rule.rolling is Rolling.NEXT_WORKING_DAY for rule in rules), False])[row],
        window=np.array([*(rule.window for rule in rules), False])[row],
        soon=np.array([*(rule.soon_days for rule in rules), 0], np.int64)[row],
    )


def _table_for(
    calendar: WorkCalendar, terms: _Terms, extension: npt.NDArray[np.int16], start: Days, today: int
) -> DayTable:
    """Return a table that holds every day that may be asked for: pauses end by ``today``."""
    longest = int(terms.days.max(initial=1)) + int(extension.max(initial=0))
    first = min(int(start.min(initial=today)), today) - _SLACK_DAYS
    last = today + 2 * longest + len(calendar.days) + _SLACK_DAYS
    return make_day_table(calendar, first, last)


def _number(day: date) -> int:
    return int(np.datetime64(day, "D").astype(np.int64))


def _as_dates(days: Days, has: Flags) -> Dates:
    return np.where(has, days.astype("datetime64[D]"), np.datetime64("NaT", "D"))
