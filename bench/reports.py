"""Reports of a city of 300,000 matters and 190 units, each as Word and as Excel: ``python -m bench.reports``.

Measured is all that ``fengtu report`` does after it has connected: gathered, drawn, set, audited. There is no
peer: nothing else makes these files.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import click
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from bench.indicators import MATTERS, UNITS, open_league_city
from data import cluster
from data.reads import city
from data.reports.making import make_report
from data.sessions import make_engine, reading
from data.writes.freezing import freeze
from data.writes.indicator_sums import SUMS
from grid.listings import Quarter
from grid.principals import COMMAND_LINE
from grid.reports.periods import ReportPeriod, read_period
from grid.reports.templates import ReportKind
from layers.words import say

MOST_S = 20.0
_SHAPES = "INSERT INTO area_shape (area_id, band, geom) SELECT id, 0, geom FROM area"
Row = dict[str, Any]


def measure(matters: int = MATTERS) -> list[Row]:
    """Return rows of bench/results.json: seconds of each report, the quarter's live and frozen."""
    with open_league_city(matters) as settings:
        root = make_engine(cluster.url_for(cluster.database_url(settings), "postgres"))
        with Session(root) as session, session.begin():
            session.execute(text(_SHAPES))
        root.dispose()
        engine = make_engine(cluster.importer_url(settings))
        SUMS.make_if_stale(engine)
        asked = _asked(engine)
        rows = [_row(one, suffix, matters, engine) for one in asked for suffix in (".docx", ".xlsx")]
        freeze(engine, Quarter.parse(asked[-1].code))
        rows.append(_row(asked[-1], ".docx", matters, engine, " of a frozen quarter"))
        engine.dispose()
    return rows


def _asked(engine: Engine) -> list[ReportPeriod]:
    """Return each kind's last whole period."""
    with reading(engine, COMMAND_LINE) as session:
        today = city.today(session)
    year, week, _ = (today - timedelta(days=7)).isocalendar()
    month = today.replace(day=1) - timedelta(days=1)
    codes = {
        ReportKind.DAILY: (today - timedelta(days=1)).isoformat(),
        ReportKind.WEEKLY: f"{year}-W{week:02d}",
        ReportKind.MONTHLY: f"{month:%Y-%m}",
        ReportKind.QUARTERLY: str(Quarter.of(today).previous),
    }
    return [read_period(kind, code) for kind, code in codes.items()]


def _row(asked: ReportPeriod, suffix: str, matters: int, engine: Engine, more: str = "") -> Row:
    began = time.perf_counter()
    make_report(engine, COMMAND_LINE, asked, suffix, say)
    taken = time.perf_counter() - began
    return {
        "work": f"{asked.kind.value} report{more}, {suffix}", "size": f"{matters:,} × {UNITS} units",
        "ours": taken, "peer": None, "peer_name": None, "ratio": None, "unit": "s", "target": MOST_S,
        "met": taken <= MOST_S,
    }  # fmt: skip


@click.command()
@click.option("--matters", default=MATTERS, show_default=True)
def main(matters: int) -> None:
    """Print each figure with its target."""
    for row in measure(matters):
        verdict = "met" if row["met"] else "MISSED"
        click.echo(
            f"{row['work']:44} {row['size']:24} {row['ours']:6.2f} s target {row['target']:g}: {verdict}"
        )


if __name__ == "__main__":
    main()
