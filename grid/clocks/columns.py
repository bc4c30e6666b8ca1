"""Columns of clocks: runs as the arrays that ``bulk`` reckons with, and rules chosen by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from grid.clocks.bulk import ClockColumns, Dates, PauseColumns
from grid.clocks.rules import ClockRule, RuleBook
from grid.clocks.runs import Run
from grid.matters import Purpose, Track

TRACKS = tuple(Track)
"""Tracks by their numbers in a column."""
PURPOSES = tuple(Purpose)
"""Purposes by their numbers in a column."""


@dataclass(frozen=True)
class StartColumns:
    """When clocks start and for what: ``track`` and ``purpose`` are places in ``TRACKS`` and ``PURPOSES``,
    ``day`` the day of the start event, NaT where it has not come."""

    track: npt.NDArray[np.int8]
    purpose: npt.NDArray[np.int8]
    day: Dates


def choose_rules(
    book: RuleBook, clock: str, area_code: str, starts: StartColumns
) -> tuple[tuple[ClockRule, ...], npt.NDArray[np.int16]]:
    """Return a clock's rules and which of them runs each row, negative for none: as ``RuleBook.rule_for``."""
    rules = tuple(rule for rule in book.rules_of(clock) if rule.covers(area_code))
    chosen = np.full(starts.day.size, -1, np.int16)
    for place, rule in reversed(tuple(enumerate(rules))):
        held = starts.day >= np.datetime64(rule.valid_from, "D")
        if rule.valid_to is not None:
            held &= starts.day < np.datetime64(rule.valid_to, "D")
        held &= np.isin(starts.track, [TRACKS.index(each) for each in rule.tracks])
        held &= np.isin(starts.purpose, [PURPOSES.index(each) for each in rule.purposes])
        chosen[held] = place
    return rules, chosen


def columns_of(runs: Sequence[Run]) -> tuple[tuple[ClockRule, ...], ClockColumns, PauseColumns]:
    """Return runs as columns, one row each in order, with the rules that they refer to."""
    rules = tuple(dict.fromkeys(run.rule for run in runs))
    places = {rule: place for place, rule in enumerate(rules)}
    columns = ClockColumns(
        rule=np.array([places[run.rule] for run in runs], np.int16),
        start=_dates([run.started_on for run in runs]),
        stop=_dates([run.stopped_on for run in runs]),
        extension=np.array([run.extension for run in runs], np.int16),
    )
    held = [(row, pause.since, pause.until) for row, run in enumerate(runs) for pause in run.pauses]
    held_now = [(row, run.paused_since, None) for row, run in enumerate(runs) if run.paused_since is not None]
    every = [*held, *held_now]
    pauses = PauseColumns(
        row=np.array([row for row, _, _ in every], np.int64),
        since=_dates([since for _, since, _ in every]),
        until=_dates([until for _, _, until in every]),
    )
    return rules, columns, pauses


def _dates(days: Sequence[date | None]) -> Dates:
    return np.array(days, dtype="datetime64[D]")
