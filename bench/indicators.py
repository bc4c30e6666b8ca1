"""The league table of 190 units from matters and sums, beside plain SQL: ``python -m bench.indicators``.

Plain SQL asks one statement for each indicator, level of units and period, as a report's author would. All
numbers are compared.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from bench.access import sign_in
from data import cluster
from data.migrate import migrate
from data.reads import city, indicators
from data.sessions import make_engine, reading
from data.settings import Settings
from data.writes.indicator_sums import SUMS
from grid.indicators.figures import FigureQuestion, Period, SubjectFigures
from grid.indicators.periods import period_a_year_before, period_before, quarter_period
from grid.listings import Quarter
from grid.principals import COMMAND_LINE, Principal, Role

MATTERS, UNITS = 300_000, 190
MOST_COLD_S, MOST_WARM_S = 1.0, 0.1
_COUNTIES, _REPEATS = 10, 7
Answer = TypeVar("Answer")
Row = dict[str, Any]
Numbers = dict[tuple[int, str, int], tuple[int, int]]
"""Numerator and denominator by unit, indicator and period (0: the one asked for)."""

_CITY = (
    "INSERT INTO import_batch (kind, file_name, sha256, options, dry_run, principal, seconds, rows, accepted,"
    " review, refused) VALUES ('boundaries', 'bench', 'bench', '{}', false, 'bench', 0, 0, 0, 0, 0)",
    *(
        "WITH e AS (INSERT INTO edition (level, code_system, vintage, source, source_crs, synthetic,"  # noqa: S608
        f" valid_from, batch_id) SELECT '{level}', 'B', '2026', 'b', 'EPSG:4490', true, '2020-01-01', max(id)"
        " FROM import_batch RETURNING id) INSERT INTO area (edition_id, level, kind, code, name, code_system,"
        f" vintage, area_km2, valid_from, geom, label) SELECT e.id, '{level}', 'regular', '{head}' || n,"
        f" '{level}' || n, 'B', '2026', 1, '2020-01-01', ST_Multi(ST_MakeEnvelope(120, 28, 121, 29, 4490)),"
        f" ST_SetSRID(ST_MakePoint(120.5, 28.5), 4490) FROM e, generate_series({since}, {until}) n"
        for level, head, since, until in (
            ("county", "9", 10001, 10000 + _COUNTIES), ("town", "9", 10011101, 10011100 + UNITS - _COUNTIES)
        )
    ),
    "INSERT INTO unit (name, kind, area_id) SELECT name, 'area', id FROM area ORDER BY id",
)  # fmt: skip
_MATTERS = """
INSERT INTO petition (source, matter_no, channel, purpose, category, track, stage, registered_on,
  forwarded_on, accepted_on, noticed_on, notice_due_on, due_on, replied_on, evaluated_on, evaluation,
  closed_on, resubmitted_on, is_repeat, submissions, is_backlog, backlog_tier, backlog_resolved_on,
  head_read_on, unit_id, batch_id)
SELECT 'bench', 'B' || n, (ARRAY['letter', 'visit', 'online', 'call', 'agent'])[1 + n % 5],
  CASE WHEN n % 20 = 0 THEN 'suggestion' ELSE 'claim' END, 'labour',
  CASE WHEN n % 25 = 0 THEN 'legal' WHEN n % 20 = 0 THEN 'suggestion' ELSE 'ordinary' END, 'handling', day,
  day + 3, day + 9, CASE WHEN a < 0.97 THEN day + 5 + (a * 14)::int END, day + 18,
  CASE WHEN n % 20 > 0 THEN day + 69 END, replied, CASE WHEN b < 0.8 THEN replied + (c * 28)::int END,
  CASE WHEN b < 0.8 THEN (ARRAY['satisfied', 'mostly_satisfied', 'unsatisfied'])[1 + floor(b * 3.7)::int] END,
  replied + 2, CASE WHEN c < 0.1 THEN replied + (b * 200)::int END, n % 7 = 0, 1 + (n % 11) / 9, n % 12 = 0,
  CASE WHEN n % 12 = 0 THEN (ARRAY['nation', 'province', 'city'])[1 + n % 3] END,
  CASE WHEN n % 12 = 0 AND a < 0.8 THEN day + 150 END, CASE WHEN c < 0.4 THEN day + 8 END,
  unit + floor(u * u * 190)::int, batch
FROM (SELECT n, a, b, c, u, day, CASE WHEN a < 0.93 THEN day + 20 + (c * 60)::int END AS replied
  FROM (SELECT n, random() AS a, random() AS b, random() AS c, random() AS u,
    current_date - (random() * 1095)::int AS day FROM generate_series(1, :count) n) AS drawn) AS made,
  (SELECT min(id) AS unit FROM unit) AS u, (SELECT max(id) AS batch FROM import_batch) AS b
"""
_SETTLED = "coalesce(replied_on, closed_on)"
_EVALUATED = "evaluation IS NOT NULL AND evaluated_on <= :as_of"
_CLAIM = "purpose = 'claim' AND track = 'ordinary'"
_AGAIN = "coalesce(resubmitted_on <= :as_of{}, submissions > 1)"
_PLAIN: dict[str, tuple[str, str, str]] = {
    "accepted_in_time": (
        "notice_due_on", "NOT is_repeat", "coalesce(noticed_on, accepted_on) <= notice_due_on",
    ),
    "replied_in_time": ("due_on", _CLAIM, f"{_SETTLED} <= due_on"),
    "evaluated": (
        f"CASE WHEN {_EVALUATED} THEN evaluated_on ELSE {_SETTLED} + 30 END",
        "(evaluation IS NULL OR evaluated_on IS NOT NULL)", _EVALUATED,
    ),
    "satisfied": ("evaluated_on", _EVALUATED, "evaluation IN ('satisfied', 'mostly_satisfied')"),
    "turned_repeat": ("registered_on", "NOT is_repeat", _AGAIN.format("")),
    "resolved_at_once": (
        "closed_on", f"NOT is_repeat AND {_CLAIM}",
        f"NOT {_AGAIN.format(' AND resubmitted_on <= closed_on + 90')} AND NOT"
        " (coalesce(evaluation, '') = 'unsatisfied' AND coalesce(evaluated_on <= :as_of, true))",
    ),
    "agent_resolved": ("accepted_on", "channel = 'agent'", "closed_on <= :as_of"),
    "head_read": ("registered_on", "NOT is_repeat AND channel = 'letter'", "head_read_on <= :as_of"),
}  # fmt: skip
"""Day of the cohort, members and successes of the eight indicators that are asked of peers."""
_STATEMENT = """
SELECT p.unit_id, count(*) FILTER (WHERE {met}), count(*) FROM petition p
JOIN unit u ON u.id = p.unit_id JOIN area a ON a.id = u.area_id
WHERE p.purpose <> 'accusation' AND p.track <> 'legal' AND a.level = :level AND {member}
  AND {day} BETWEEN :since AND least(:until, :as_of) GROUP BY p.unit_id
"""


@click.command()
@click.option("--matters", default=MATTERS)
def main(matters: int) -> None:
    """Print how long the league table takes."""
    for row in measure(matters):
        beside = f"  {row['ratio']:.1f} times {row['peer_name']}" if row["ratio"] else ""
        met = {True: "met", False: "MISSED", None: ""}[row["met"]]
        click.echo(f"{row['work']}, {row['size']}: {row['ours'] * 1000:,.0f} ms{beside} {met}")


def measure(matters: int = MATTERS) -> list[Row]:
    """Return the measurements: work, size, ours, peer, peer_name, ratio, unit, target, met."""
    with open_league_city(matters) as settings:
        free, screen = (make_engine(url(settings)) for url in (cluster.importer_url, cluster.server_url))
        leader = sign_in(settings, Role.LEADER, {})
        question = _question(free)
        cold, by_matters = _best(lambda: _league(screen, leader, question))
        plain, by_plain = _best(lambda: _plain(free, question))
        summing, _ = _best(lambda: _sum_anew(free), 1)
        warm, by_sums = _best(lambda: _league(screen, leader, question), 30)
        free.dispose()
        screen.dispose()
    assert by_sums == by_matters, "sums and matters tell the same"
    assert _numbers(by_matters, 0) == by_plain, "and so does plain SQL"
    size = f"{matters:,} × {len(by_matters)} units × {len(by_matters[0].figures)}"
    name = f"{len(_PLAIN) * 6} plain statements for 8 indicators"
    return [
        _row("league table, cold, with 环比 and 同比", size, cold, (plain, name), MOST_COLD_S),
        _row("league table from sums", size, warm, (plain, name), MOST_WARM_S),
        _row("making the sums", f"{matters:,}", summing, None, None),
    ]


def _league(engine: Engine, principal: Principal, question: FigureQuestion) -> tuple[SubjectFigures, ...]:
    with reading(engine, principal) as session:
        return indicators.league(session, question)


def _question(engine: Engine) -> FigureQuestion:
    with reading(engine, COMMAND_LINE) as session:
        today = city.today(session)
    return FigureQuestion(quarter_period(Quarter.of(today).previous), today)


def _plain(engine: Engine, question: FigureQuestion) -> Numbers:
    """Ask each indicator of each level and period by itself."""
    now = question.period
    found: Numbers = {}
    periods: tuple[Period, ...] = (now, period_before(now), period_a_year_before(now))
    with engine.connect() as connection:
        for (code, parts), level, (place, period) in product(
            _PLAIN.items(), ("county", "town"), enumerate(periods)
        ):
            day, member, met = parts
            asked: dict[str, date | str] = {
                "level": level, "since": period.since, "until": period.until, "as_of": question.as_of
            }  # fmt: skip
            statement = text(_STATEMENT.format(day=day, member=member, met=met))
            for unit, numerator, denominator in connection.execute(statement, asked):
                found[unit, code, place] = (numerator, denominator)
    return {key: value for key, value in found.items() if key[2] == 0}


def _numbers(league: tuple[SubjectFigures, ...], place: int) -> Numbers:
    return {
        (one.subject.unit_id or 0, figure.indicator, place): (figure.numerator, figure.denominator)
        for one in league
        for figure in one.figures
        if figure.indicator in _PLAIN and figure.denominator
    }


def _sum_anew(engine: Engine) -> None:
    assert SUMS.make_if_stale(engine), "sums that are there already measure nothing"


def _best(work: Callable[[], Answer], repeats: int = _REPEATS) -> tuple[float, Answer]:
    """Return the least seconds and the answer: what else the machine does only adds to it."""
    taken = []
    for _ in range(repeats):
        started = time.perf_counter()
        answer = work()
        taken.append(time.perf_counter() - started)
    return min(taken), answer


def _row(work: str, size: str, ours: float, peer: tuple[float, str] | None, most: float | None) -> Row:
    seconds, name = peer or (None, "")
    return {
        "work": work, "size": size, "ours": ours, "peer": seconds, "peer_name": name,
        "ratio": seconds and seconds / ours, "unit": "s", "target": most,
        "met": None if most is None else ours <= most,
    }  # fmt: skip


@contextmanager
def open_league_city(count: int) -> Iterator[Settings]:
    """Give a cluster of its own with units of counties and towns, and so many matters of three years."""
    home = Path(tempfile.mkdtemp(prefix="fengtu-bench-indicators-"))
    home.chmod(0o755)
    settings = Settings(home=home, database_url=None, port=8050)
    try:
        cluster.ensure_running(settings)
        owner = make_engine(cluster.database_url(settings))
        migrate(owner)
        owner.dispose()
        root = make_engine(cluster.url_for(cluster.database_url(settings), "postgres"))
        with Session(root) as session, session.begin():
            session.execute(text("SELECT setseed(0.6)"))
            for statement in _CITY:
                session.execute(text(statement))
            session.execute(text(_MATTERS), {"count": count})
        with root.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        root.dispose()
        yield settings
    finally:
        cluster.stop(settings)
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
