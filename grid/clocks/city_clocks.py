"""Clocks of many matters from their days (全市时限): the last run of every clock, reckoned at once.

Matters of which more is recorded than their own days are followed one by one; both come out alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from grid.clocks.bulk import STATES, ClockColumns, ClockSheet, Dates, Flags, reckon
from grid.clocks.changes import ClockChange, ClockTerms
from grid.clocks.columns import PURPOSES, TRACKS, columns_of
from grid.clocks.events import FINAL_EVENTS, ClockedMatter, ClockEvent
from grid.clocks.matter_clocks import matter_runs
from grid.clocks.row_events import ROW_KINDS, Assumption, EventDays, merge_events
from grid.clocks.rules import ClockRule
from grid.clocks.runs import Run
from grid.clocks.states import OPEN_STATES, ClockState

Indexes = npt.NDArray[np.int64]
_NEVER = np.datetime64("NaT", "D")
_IS_OPEN = np.array([state in {*OPEN_STATES} for state in STATES] + [False])


@dataclass(frozen=True)
class MatterColumns:
    """Matters as columns: ``track`` and ``purpose`` are places in ``TRACKS`` and ``PURPOSES``, ``area`` in
    ``codes``; ``recorded`` are events beside a row's own days, by the row."""

    id: Indexes
    track: npt.NDArray[np.int8]
    purpose: npt.NDArray[np.int8]
    area: Indexes
    codes: tuple[str, ...]
    said: EventDays
    recorded: Mapping[int, Sequence[ClockEvent]]


@dataclass(frozen=True)
class CityClocks:
    """The last run of each clock of each matter: ``row`` of the matter, ``clock`` and ``rule`` by number.

    ``is_open`` where somebody is waited for or something may still be asked for; ``paused`` since when a
    hearing is held (NaT for none). ``soon`` is the first amber day.
    """

    rules: tuple[ClockRule, ...]
    row: Indexes
    rule: Indexes
    start: Dates
    paused: Dates
    sheet: ClockSheet
    is_open: Flags

    def due_of(self, clock: str, matters: int) -> Dates:
        """Return each matter's due day of a clock, NaT for none; of its last run."""
        mine = np.array([rule.clock == clock for rule in self.rules] + [False])[self.rule]
        due = np.full(matters, _NEVER)
        due[self.row[mine]] = self.sheet.due[mine]
        return due


@dataclass(frozen=True)
class _Runs:
    """The last runs of one clock, by row."""

    row: Indexes
    rule: Indexes
    start: Dates
    stop: Dates


def city_clocks(matters: MatterColumns, terms: ClockTerms, on: date) -> CityClocks:
    """Return every clock's last run on a day, each as ``matter_clocks`` has it."""
    rules, found = _all_runs(matters, terms, on)
    plain = ClockColumns(
        found.rule.astype(np.int16), found.start, found.stop, np.zeros(found.row.size, np.int16)
    )
    one_by_one = tuple(_followed(matters, terms, on))
    followed_rules, columns, pauses = columns_of([run for _, run in one_by_one])
    sheets = (
        reckon(plain, rules, terms.calendar, on),
        reckon(columns, followed_rules, terms.calendar, on, pauses),
    )
    held = [run.paused_since if run.stopped_on is None else None for _, run in one_by_one]
    rows = np.r_[found.row, np.array([row for row, _ in one_by_one], np.int64)]
    sheet = _joined(*sheets)
    undated = matters.said.assumed[Assumption.SETTLED_UNDATED][rows]
    return CityClocks(
        rules=(*rules, *followed_rules),
        row=rows,
        rule=np.r_[found.rule, columns.rule.astype(np.int64) + len(rules)],
        start=np.r_[found.start, columns.start],
        paused=np.r_[np.full(found.row.size, _NEVER), np.array(held, dtype="datetime64[D]")],
        sheet=sheet,
        is_open=_IS_OPEN[sheet.state] & ~undated,
    )


def city_changes(matters: MatterColumns, old: ClockTerms, new: ClockTerms, on: date) -> Iterator[ClockChange]:
    """Yield the open clocks of matters that change on a day from old terms to new ones."""
    names = tuple(dict.fromkeys((*old.rules.clocks, *new.rules.clocks)))
    before, after = (_Table.of(city_clocks(matters, each, on), names, matters.id.size) for each in (old, new))
    has_both = before.has & after.has
    moved = has_both & (before.start != after.start)
    differs = (before.has != after.has) | (before.state != after.state)
    differs |= moved | (has_both & (before.due != after.due))
    for place in np.flatnonzero((before.is_open | after.is_open) & differs).tolist():
        matter, clock = int(matters.id[place // len(names)]), names[place % len(names)]
        sides = [(before, after)] if not moved[place] else [(before, None), (None, after)]
        for was, now in sides:
            shown = was if was is not None and was.has[place] else now
            if shown is not None and any(each is not None and each.is_open[place] for each in (was, now)):
                start = shown.start[place].item()
                dues = (_due(was, place), _due(now, place))
                yield ClockChange(matter, clock, start, *dues, _state(was, place), _state(now, place))


@dataclass(frozen=True)
class _Table:
    """Clocks by place: a matter's row times the number of clocks, and the clock's number."""

    has: Flags
    start: Dates
    due: Dates
    state: npt.NDArray[np.int8]
    is_open: Flags

    @classmethod
    def of(cls, clocks: CityClocks, names: Sequence[str], matters: int) -> _Table:
        """Return the table of clocks with some names."""
        size = matters * len(names)
        numbers = np.array([names.index(rule.clock) for rule in clocks.rules], np.int64)
        place = clocks.row * len(names) + (numbers[clocks.rule] if numbers.size else clocks.rule)
        table = cls(
            np.zeros(size, np.bool_), np.full(size, _NEVER), np.full(size, _NEVER),
            np.full(size, -1, np.int8), np.zeros(size, np.bool_),
        )  # fmt: skip
        table.has[place] = True
        table.start[place], table.due[place] = clocks.start, clocks.sheet.due
        table.state[place], table.is_open[place] = clocks.sheet.state, clocks.is_open
        return table


def _due(table: _Table | None, place: int) -> date | None:
    return table.due[place].item() if table is not None and table.has[place] else None


def _state(table: _Table | None, place: int) -> ClockState | None:
    return STATES[table.state[place]] if table is not None and table.has[place] else None


def _followed(matters: MatterColumns, terms: ClockTerms, on: date) -> Iterator[tuple[int, Run]]:
    """Yield the last run of each clock of the matters of which more is recorded."""
    for row, recorded in matters.recorded.items():
        events = merge_events(matters.said.events_of(row), recorded)
        track, purpose = TRACKS[matters.track[row]], PURPOSES[matters.purpose[row]]
        code = matters.codes[matters.area[row]]
        matter = ClockedMatter(int(matters.id[row]), code, track, purpose, events)
        runs = matter_runs(matter, terms.rules, terms.calendar, on)
        yield from ((row, run) for run in {run.rule.clock: run for run in runs}.values())


def _all_runs(matters: MatterColumns, terms: ClockTerms, on: date) -> tuple[tuple[ClockRule, ...], _Runs]:
    """Return the rules and the last runs of the other matters, clock by clock."""
    rows = np.setdiff1d(np.arange(matters.id.size), np.fromiter(matters.recorded, np.int64))
    days = matters.said.days[rows]
    days = np.where(days <= np.datetime64(on, "D"), days, _NEVER)
    order = np.argsort(days, axis=1, kind="stable")
    slots = _Slots(order, np.take_along_axis(days, order, axis=1), days)
    rules: list[ClockRule] = []
    found = []
    for clock in terms.rules.clocks:
        mine = terms.rules.rules_of(clock)
        runs = _runs_of(mine, _concerns(mine, matters, rows), slots)
        found.append(_Runs(rows[runs.row], runs.rule + len(rules), runs.start, runs.stop))
        rules += mine
    empty = np.empty(0, np.int64)
    nothing = _Runs(empty, empty, np.empty(0, "datetime64[D]"), np.empty(0, "datetime64[D]"))
    parts = [nothing, *found]
    names = ("row", "rule", "start", "stop")
    return tuple(rules), _Runs(*(np.concatenate([getattr(each, name) for each in parts]) for name in names))


@dataclass(frozen=True)
class _Slots:
    """Events of matters in order of their days: ``kind`` by place in ``ROW_KINDS``, ``day`` NaT past the
    last; ``days`` by kind."""

    kind: Indexes
    day: Dates
    days: Dates

    def among(self, rows: Indexes) -> _Slots:
        """Return those of some matters."""
        return _Slots(self.kind[rows], self.day[rows], self.days[rows])


def _concerns(rules: Sequence[ClockRule], matters: MatterColumns, rows: Indexes) -> Flags:
    """Return which rules could run which matters, shape (rules, matters)."""
    concerns = np.zeros((len(rules), rows.size), np.bool_)
    for place, rule in enumerate(rules):
        tracks = np.array([track in rule.tracks for track in TRACKS])
        purposes = np.array([purpose in rule.purposes for purpose in PURPOSES])
        covers = np.array([rule.covers(code) for code in matters.codes], np.bool_)
        concerns[place] = tracks[matters.track[rows]] & purposes[matters.purpose[rows]]
        concerns[place] &= covers[matters.area[rows]]
    return concerns


def _runs_of(rules: Sequence[ClockRule], concerns: Flags, slots: _Slots) -> _Runs:
    """Follow one clock through the events of all matters, as ``matter_clocks`` does for one."""
    starting = [place for place, kind in enumerate(ROW_KINDS) if any(kind in rule.starts for rule in rules)]
    rows = np.flatnonzero((~np.isnat(slots.days[:, starting])).any(axis=1) & concerns.any(axis=0))
    slots, concerns = slots.among(rows), concerns[:, rows]
    voids, stops = _by_kind(rules, "voids"), _by_kind(rules, "stops")
    final = np.array([kind in FINAL_EVENTS for kind in ROW_KINDS])
    stops |= final[None, :] & ~np.array([rule.window for rule in rules])[:, None] & ~voids
    running = np.full(rows.size, -1)
    since = np.full(rows.size, _NEVER)
    last = _Runs(rows, np.full(rows.size, -1), since.copy(), since.copy())
    for slot in range(len(ROW_KINDS)):
        kind, day = slots.kind[:, slot], slots.day[:, slot]
        there = ~np.isnat(day)
        idle = there & (running < 0)
        busy = there & (running >= 0)
        ended, voided = busy & stops[running, kind], busy & voids[running, kind]
        last.rule[ended], last.start[ended], last.stop[ended] = running[ended], since[ended], day[ended]
        running[ended | voided] = -1
        begun = np.where(idle, _started(rules, concerns, kind, day), -1)
        running[begun >= 0], since[begun >= 0] = begun[begun >= 0], day[begun >= 0]
    is_running = running >= 0
    last.rule[is_running], last.start[is_running] = running[is_running], since[is_running]
    last.stop[is_running] = _NEVER
    has = last.rule >= 0
    return _Runs(rows[has], last.rule[has], last.start[has], last.stop[has])


def _started(rules: Sequence[ClockRule], concerns: Flags, kind: Indexes, day: Dates) -> Indexes:
    """Return by which rule each event starts the clock, -1 for none: the first that is in force decides."""
    chosen = np.full(kind.size, -1)
    for place in reversed(range(len(rules))):
        rule = rules[place]
        held = concerns[place] & (day >= np.datetime64(rule.valid_from, "D"))
        if rule.valid_to is not None:
            held &= day < np.datetime64(rule.valid_to, "D")
        chosen[held] = place
    # Each kind happens once in a row's own days: a rule for later ones does not start here.
    starts = _by_kind(rules, "starts") & np.array([rule.nth == 1 for rule in rules])[:, None]
    return np.where((chosen >= 0) & starts[chosen, kind], chosen, -1)


def _by_kind(rules: Sequence[ClockRule], name: str) -> Flags:
    return np.array([[kind in getattr(rule, name) for kind in ROW_KINDS] for rule in rules], np.bool_)


def _joined(one: ClockSheet, other: ClockSheet) -> ClockSheet:
    names = ("due", "act_by", "state", "left", "provisional")
    return ClockSheet(*(np.concatenate([getattr(one, name), getattr(other, name)]) for name in names))
