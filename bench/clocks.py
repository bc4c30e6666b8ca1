"""Clocks of 300,000 matters at once, beside numpy's own working days: ``python -m bench.clocks``.

numpy knows holidays but no weekend that is worked: how often it is wrong in China is printed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from statistics import median
from typing import Any

import click
import numpy as np

from data.clocks.seeding import seed_days
from grid.clocks.bulk import ClockColumns, PauseColumns, reckon
from grid.clocks.calendars import DayKind, WorkCalendar
from grid.clocks.day_table import make_day_table
from grid.clocks.regulation import regulation_rules

Row = dict[str, Any]
MATTERS = 300_000
MOST_S = 1.0
ON = date(2026, 11, 22)
_RULES = regulation_rules()
_REVIEW = next(place for place, rule in enumerate(_RULES) if rule.pausable)


@click.command()
@click.option("--matters", default=MATTERS)
def main(matters: int) -> None:
    """Print how long all clocks of a city take."""
    for row in measure(matters):
        beside = f"  {row['ratio']:.1f} times {row['peer_name']}" if row["ratio"] else ""
        met = {True: "met", False: "MISSED", None: ""}[row["met"]]
        click.echo(f"{row['work']}, {row['size']:,}: {row['ours'] * 1000:,.1f} ms{beside} {met}")


def measure(matters: int = MATTERS) -> list[Row]:
    """Return the measurements: work, size, ours, peer, peer_name, ratio, unit, target, met."""
    calendar = WorkCalendar(seed_days())
    columns, pauses = _make(matters)
    every = _seconds(lambda: reckon(columns, _RULES, calendar, ON, pauses))
    start = columns.start.astype(np.int64)
    ours = _seconds(lambda: _five_days(calendar, start))
    off = np.array([each.day for each in calendar.days if each.kind is DayKind.HOLIDAY], "datetime64[D]")
    peers = np.busdaycalendar(holidays=off)
    peer = _seconds(lambda: np.busday_offset(columns.start, 5, roll="backward", busdaycal=peers))
    wrong = np.busday_offset(columns.start, 5, roll="backward", busdaycal=peers).astype(np.int64)
    name = f"numpy.busday_offset, {(wrong != _five_days(calendar, start)).mean():.0%} wrong"
    work = "clocks with states, 11 kinds, extensions, hearings"
    return [
        {**_row(work, matters, every), "target": MOST_S, "met": every <= MOST_S},
        {
            **_row("five working days", matters, ours),
            "peer": peer,
            "peer_name": name,
            "ratio": peer / ours,
        },
    ]


def _five_days(calendar: WorkCalendar, start: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    table = make_day_table(calendar, int(start.min()), int(start.max()) + 40)
    return table.add(start, np.full(start.size, 5))


def _row(work: str, size: int, ours: float) -> Row:
    unset = {"peer": None, "peer_name": "", "ratio": None, "target": None, "met": None}
    return {"work": work, "size": size, "ours": ours, "unit": "s", **unset}


def _make(matters: int) -> tuple[ClockColumns, PauseColumns]:
    """Return a year of starts; two in three stopped, one in ten extended, one in twenty paused twice."""
    rng = np.random.default_rng(1)
    start = np.datetime64("2025-11-22") + rng.integers(0, 365, matters)
    stop = start + rng.integers(1, 90, matters)
    stop[rng.random(matters) < 1 / 3] = np.datetime64("NaT")
    rule = rng.integers(0, len(_RULES), matters).astype(np.int16)
    extension = np.where(rng.random(matters) < 0.1, 30, 0).astype(np.int16)
    row = rng.choice(matters, matters // 20, replace=False)
    rule[row] = _REVIEW
    since = start[row] + 3
    twice = PauseColumns(
        np.r_[row, row], np.r_[since, since + 20], np.r_[since + 9, np.full(row.size, np.datetime64("NaT"))]
    )
    return ClockColumns(rule, start, stop, extension), twice


def _seconds(run: Callable[[], object]) -> float:
    def once() -> float:
        begun = time.perf_counter()
        run()
        return time.perf_counter() - begun

    once()
    return median(once() for _ in range(9))


if __name__ == "__main__":
    main()
