"""What row level security costs on a million matters, with and without: ``python -m bench.access``."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import click
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from data import cluster
from data.migrate import migrate
from data.reads import matters, patch
from data.sessions import make_engine, reading
from data.settings import Settings
from grid.principals import COMMAND_LINE, Principal, Role
from grid.questions import MatterQuestion

_WINDOW = (120.30, 28.20, 120.42, 28.32)
_TODAY = date.today()  # noqa: DTZ011  a period of a year either way
_YEAR = MatterQuestion(_TODAY - timedelta(days=364), _TODAY)
_CITY = (
    "INSERT INTO import_batch (kind, file_name, sha256, options, dry_run, principal, seconds, rows, accepted,"
    " review, refused) VALUES ('boundaries', 'bench', 'bench', '{}', false, 'bench', 0, 0, 0, 0, 0)",
    "INSERT INTO edition (level, code_system, vintage, source, source_crs, synthetic, valid_from, batch_id)"
    " SELECT 'grid', 'B', '2026', 'b', 'EPSG:4490', true, '2020-01-01', max(id) FROM import_batch",
    # 10 counties, 100 towns, 1,000 villages and 10,000 grids in a city of 100 by 100 cells of 0.01°.
    *(
        "INSERT INTO area (edition_id, level, kind, code, name, code_system, vintage, parent_id,"  # noqa: S608
        f" area_km2, valid_from, geom, label) SELECT (SELECT max(id) FROM edition), '{level}', 'regular',"
        f" '{level}' || n, '{level}' || n, 'B', '2026', {parent}, 1, '2020-01-01',"
        " ST_Multi(ST_MakeEnvelope(120 + n % 100 * 0.01, 28 + n / 100 * 0.01,"
        " 120.01 + n % 100 * 0.01, 28.01 + n / 100 * 0.01, 4490)),"
        " ST_SetSRID(ST_MakePoint(120.005 + n % 100 * 0.01, 28.005 + n / 100 * 0.01), 4490)"
        f" FROM generate_series(0, {count - 1}) n ORDER BY n"
        for level, count, parent in (
            ("county", 10, "NULL"),
            ("town", 100, "(SELECT min(id) FROM area WHERE level = 'county') + n / 10"),
            ("village", 1000, "(SELECT min(id) FROM area WHERE level = 'town') + n / 10"),
            ("grid", 10000, "(SELECT min(id) FROM area WHERE level = 'village') + n / 10"),
        )
    ),
    "INSERT INTO area_shape (area_id, band, geom) SELECT id, 2, geom FROM area WHERE level = 'grid'",
    "INSERT INTO unit (name, kind) SELECT '局' || n, 'department' FROM generate_series(1, 40) n",
)
_MATTERS = """
INSERT INTO petition (source, matter_no, channel, purpose, category, track, stage, registered_on, due_on,
  replied_on, is_repeat, submissions, unit_id, batch_id, place_status, granularity, place_method, address,
  point, county_id, town_id, village_id, grid_id)
SELECT 'bench', 'B' || n, (ARRAY['letter', 'visit', 'online', 'call'])[1 + n % 4],
  CASE WHEN accused THEN 'accusation' ELSE 'claim' END,
  (ARRAY['construction', 'labour', 'land', 'rural', 'health'])[1 + n % 5], 'ordinary',
  CASE WHEN n % 3 = 0 THEN 'handling' ELSE 'replied' END, current_date - day, current_date - day + 60,
  CASE WHEN n % 3 = 0 THEN NULL ELSE current_date - day + 30 END, n % 7 = 0, 1 + n % 3,
  CASE WHEN accused THEN NULL ELSE unit + n % 40 END, batch, CASE WHEN accused THEN NULL ELSE 'accepted' END,
  CASE WHEN accused THEN NULL ELSE 'point' END, CASE WHEN accused THEN NULL ELSE 'coordinates' END,
  CASE WHEN accused THEN '' ELSE '路' || n END, CASE WHEN accused THEN NULL ELSE
  ST_SetSRID(ST_MakePoint(120 + g % 100 * 0.01 + random() * 0.01,
    28 + g / 100 * 0.01 + random() * 0.01), 4490) END,
  CASE WHEN accused THEN NULL ELSE county + g / 1000 END, CASE WHEN accused THEN NULL ELSE town + g / 100 END,
  CASE WHEN accused THEN NULL ELSE village + g / 10 END, CASE WHEN accused THEN NULL ELSE grid + g END
FROM (SELECT n, n % 50 = 0 AS accused, (random() * 1500)::int AS day,
        least(floor(10000 * random() ^ 1.5), 9999)::int AS g FROM generate_series(1, :count) n) made,
  (SELECT min(id) FILTER (WHERE level = 'county') AS county, min(id) FILTER (WHERE level = 'town') AS town,
     min(id) FILTER (WHERE level = 'village') AS village, min(id) FILTER (WHERE level = 'grid') AS grid
   FROM area) a,
  (SELECT min(id) AS unit FROM unit) u, (SELECT max(id) AS batch FROM import_batch) b
"""


@dataclass(frozen=True)
class Case:
    """One reading on behalf of a role, with how many times longer it may take than without policies."""

    name: str
    role: Role
    most: float
    read: Callable[[Session], object]


@click.command()
@click.option("--count", default=1_000_000)
@click.option("--repeats", default=15)
def main(count: int, repeats: int) -> None:
    """Print the best times with and without row level security; fails where one is slower than it may be."""
    with _city(count) as settings:
        free, guarded = (
            make_engine(url) for url in (cluster.importer_url(settings), cluster.server_url(settings))
        )
        ids = _ids(free)
        slow = [
            case.name for case in _cases(ids) if not _is_fast(case, settings, (free, guarded), ids, repeats)
        ]
        free.dispose()
        guarded.dispose()
    if slow:
        raise click.ClickException(f"row level security costs too much: {', '.join(slow)}")


def _cases(ids: dict[str, int]) -> tuple[Case, ...]:
    return (
        Case("city by month as leader", Role.LEADER, 1.2, lambda session: matters.trend(session, _YEAR)),
        Case("map window as bureau", Role.BUREAU, 2.0, _window),
        Case("map window as county", Role.TOWN, 2.0, _window),
        Case(
            "one grid's list as worker", Role.WORKER, 1.5, lambda session: patch.patch(session, ids["grid"])
        ),
    )


def _window(session: Session) -> object:
    petition = matters.petition
    found = select(func.count(), func.sum(func.ST_X(petition.point))).where(
        matters.in_window(_WINDOW), matters.not_accusation()
    )
    return session.execute(found).all()


def _is_fast(
    case: Case, settings: Settings, engines: tuple[Engine, Engine], ids: dict[str, int], repeats: int
) -> bool:
    principals = (COMMAND_LINE, sign_in(settings, case.role, ids))
    seconds: tuple[list[float], list[float]] = ([], [])
    # One after the other, so that whatever else the machine does falls on both.
    for turn in range(repeats + 2):
        for taken, engine, principal in zip(seconds, engines, principals, strict=True):
            with reading(engine, principal) as session:
                started = time.perf_counter()
                assert case.read(session), "an empty answer would measure nothing"
                if turn >= 2:
                    taken.append(time.perf_counter() - started)
    without, with_policies = (min(taken) for taken in seconds)
    ratio = with_policies / without
    figures = f"without {without * 1000:8.1f} ms  with {with_policies * 1000:8.1f} ms"
    click.echo(f"{case.name:28} {figures}  {ratio:.2f}x of at most {case.most}x")
    return ratio <= case.most


@contextmanager
def _city(count: int) -> Iterator[Settings]:
    home = Path(tempfile.mkdtemp(prefix="fengtu-bench-"))
    home.chmod(0o755)
    settings = Settings(home=home, database_url=None, port=8050)
    try:
        cluster.ensure_running(settings)
        owner, importer = (
            make_engine(cluster.database_url(settings)),
            make_engine(cluster.importer_url(settings)),
        )
        migrate(owner)
        started = time.perf_counter()
        with importer.begin() as connection:
            for statement in _CITY:
                connection.execute(text(statement))
            connection.execute(text(_MATTERS), {"count": count})
        with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        owner.dispose()
        importer.dispose()
        click.echo(f"{count} matters made in {time.perf_counter() - started:.0f} s")
        yield settings
    finally:
        cluster.stop(settings)
        shutil.rmtree(home, ignore_errors=True)


def _ids(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        busiest = "SELECT grid_id FROM petition GROUP BY 1 ORDER BY grid_id IS NULL, count(*) DESC LIMIT 1"
        county = "SELECT min(id) FROM area WHERE level = 'county'"
        return {
            "grid": connection.execute(text(busiest)).scalar_one(),
            # The county whose cells the window lies in.
            "county": connection.execute(text(county)).scalar_one() + 2,
        }


def sign_in(settings: Settings, role: Role, ids: dict[str, int]) -> Principal:
    """Return somebody signed in, a worker or town with the grid or county of ``ids`` as scope."""
    token, area = secrets.token_urlsafe(32), {Role.WORKER: "grid", Role.TOWN: "county"}.get(role)
    engine = make_engine(cluster.database_url(settings))
    with engine.begin() as connection:
        add = "INSERT INTO account (public_id, login, role) VALUES (:id, :id, :role) RETURNING id"
        account = connection.execute(text(add), {"id": secrets.token_hex(8), "role": role.value}).scalar_one()
        if area is not None:
            scope = "INSERT INTO account_scope (account_id, area_id) VALUES (:account, :area)"
            connection.execute(text(scope), {"account": account, "area": ids[area]})
        connection.execute(
            text("INSERT INTO login_session (account_id, token_hash, expires_at) VALUES (:account, :hash,"
                 " now() + interval '1 hour')"),
            {"account": account, "hash": hashlib.sha256(token.encode()).digest()},
        )  # fmt: skip
    engine.dispose()
    return Principal("bench", role, token)


if __name__ == "__main__":
    main()
