"""Degenerate cities: no matters, one, all in one grid, all at one point, nobody living there, no neighbours.

Counts, density, rates, Gi*, Moran, emerging hot spots, sites, exports and ``fengtu hotspots`` answer each
with what is true: nothing, "too few", or the one place where it is; never with a fault or a false alarm.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text

from data import cluster
from data.cli import make_cli
from data.counts.refreshing import refresh
from data.hotspot_desk import HotspotDesk
from data.store import PostgisStore
from data.writes.issue_sites import write_issue_sites
from grid.areas import Level
from grid.hotspots.findings import Emergence, HotspotClass, Method
from grid.hotspots.questions import Dimension, MatterFilter, Step
from grid.matters import Category
from grid.measures import MINIMUM_N
from grid.principals import COMMAND_LINE
from grid.refusals import Refused
from layers.words import say

YEAR = MatterFilter(date(2025, 1, 1), date(2025, 12, 31))
NONE_OF_IT = MatterFilter(YEAR.since, YEAR.until, categories=frozenset({Category.LEGAL}))
PERIOD = ("--since", YEAR.since.isoformat(), "--until", YEAR.until.isoformat())
TESTED = (Level.VILLAGE, Level.GRID)
_ADD = text(
    "INSERT INTO petition (source, matter_no, channel, purpose, category, track, stage, registered_on,"
    " is_repeat, batch_id, place_status, granularity, place_method, address, address_key, point, county_id,"
    " town_id, village_id, grid_id)"
    " SELECT 'test', 'M' || n, 'visit', 'claim', 'labour', 'ordinary', 'handling',"
    " date '2025-01-05' + (n % 12) * 30, false, (SELECT min(id) FROM import_batch), 'accepted', 'point',"
    " 'coordinates', '', '', g.label, t.parent_id, t.id, v.id, g.id"
    " FROM generate_series(1, :n) n JOIN (SELECT *, row_number() OVER (ORDER BY code) - 1 AS at, count(*)"
    " OVER () AS many FROM area WHERE level = 'grid' AND valid_to IS NULL) g ON g.at = (n * :step) % g.many"
    " JOIN area v ON v.id = g.parent_id JOIN area t ON t.id = v.parent_id"
)
_NOBODY = "UPDATE area SET population = 0, population_on = '2025-01-01'"
_ISLANDS = "DELETE FROM area_border"


@dataclass(frozen=True)
class Case:
    """A city: so many matters, a ``step`` of grids apart (0: all in one), and what was done to it."""

    name: str
    matters: int
    step: int = 0
    done: str = ""


CASES = (
    Case("none", 0), Case("one", 1), Case("four in one grid", 4), Case("all in one grid at one point", 60),
    Case("nobody lives there", 200, 7, _NOBODY), Case("islands", 200, 7, _ISLANDS),
    Case("one in a city of nobody on islands", 1, 0, f"{_NOBODY};{_ISLANDS}"),
)  # fmt: skip


@dataclass(frozen=True)
class World:
    case: Case
    engine: Engine
    desk: HotspotDesk
    home: Path


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def world(
    request: pytest.FixtureRequest,
    new_database: Callable[..., Engine],
    _small_city_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    case, engine, home = request.param, new_database(_small_city_template), tmp_path_factory.mktemp("home")
    with engine.begin() as connection:
        if case.matters:
            connection.execute(_ADD, {"n": case.matters, "step": case.step})
        for statement in filter(None, case.done.split(";")):
            connection.execute(text(statement))
    refresh(engine, home / "counts")
    write_issue_sites(engine)
    yield World(case, engine, PostgisStore(engine, home / "counts").hotspots(COMMAND_LINE), home)
    engine.dispose()


def test_counts_are_as_many_as_there_are(world: World) -> None:
    for level in (Level.COUNTY, Level.TOWN, *TESTED):
        counted = world.desk.counts(level, YEAR)
        assert (counted.counts.sum(), counted.total) == (world.case.matters, world.case.matters)
        if not world.case.step:
            assert (counted.counts > 0).sum() == min(world.case.matters, 1)
        assert world.desk.counts(level, NONE_OF_IT).total == 0
        assert world.desk.playback(level, YEAR, Step.MONTH).counts.sum() == world.case.matters
    assert world.desk.days(YEAR).counts.sum() == world.case.matters
    assert world.desk.days(NONE_OF_IT).counts.sum() == 0
    assert world.desk.split(NONE_OF_IT, Dimension.STAGE) == ()


@pytest.mark.parametrize("adaptive", [False, True])
def test_a_density_is_of_five_or_of_nothing(world: World, adaptive: bool) -> None:
    assert world.desk.surface(NONE_OF_IT, adaptive=adaptive) is None
    found = world.desk.surface(YEAR, adaptive=adaptive)
    assert (found is None) == (world.case.matters == 0)
    if found is not None:
        assert found.n == world.case.matters
        assert np.isfinite(found.shown).any() == (world.case.matters >= 5)
        assert not np.isinf(found.per_km2).any()
    if world.case.matters < 5:
        with pytest.raises(Refused, match="density_too_few"):
            world.desk.export_surface(YEAR, adaptive=adaptive)
    if world.case.done.startswith(_NOBODY):
        with pytest.raises(Refused, match="residents_unknown"):
            world.desk.surface(YEAR, adaptive=adaptive, per_residents=True)


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("level", TESTED)
def test_findings_are_of_every_area_and_raise_no_false_alarm(
    world: World, level: Level, method: Method
) -> None:
    found, case = world.desk.significance(level, YEAR, method), world.case
    counted = world.desk.counts(level, YEAR)
    assert [row.count for row in found.rows] == counted.counts.tolist()
    assert found.n == case.matters
    verdicts = {row.verdict for row in found.rows}
    if case.matters < MINIMUM_N or _ISLANDS in case.done:
        assert verdicts == {HotspotClass.TOO_FEW}
        assert {(row.z, row.p, row.q) for row in found.rows} == {(None, None, None)}
        assert found.caveats, "and says why"
    for row in found.rows:
        assert all(
            value is None or np.isfinite(value) for value in (row.rate, row.smoothed, row.z, row.p, row.q)
        )
        assert row.verdict not in {HotspotClass.COLD_90, HotspotClass.COLD_95, HotspotClass.COLD_99}
        if case.done.startswith(_NOBODY):
            assert (row.rate, row.smoothed) == (None, None)
        if row.verdict in {HotspotClass.HOT_90, HotspotClass.HOT_95, HotspotClass.HOT_99}:
            assert case.name.startswith("all in one grid"), "even counts are nowhere hot"
    nothing = world.desk.significance(level, NONE_OF_IT, method)
    assert nothing.n == 0
    assert {row.verdict for row in nothing.rows} == {HotspotClass.TOO_FEW}


@pytest.mark.parametrize("level", TESTED)
def test_nothing_emerges_from_nothing(world: World, level: Level) -> None:
    told = world.desk.emerging(level, YEAR)
    assert len(told.rows) == len(world.desk.counts(level, YEAR).counts)
    if world.case.matters < MINIMUM_N or _ISLANDS in world.case.done:
        assert {row.emergence for row in told.rows} == {Emergence.TOO_FEW}
    assert {row.emergence for row in world.desk.emerging(level, NONE_OF_IT).rows} == {Emergence.TOO_FEW}


def test_sites_are_where_five_are(world: World) -> None:
    sites = world.desk.sites(YEAR)
    if world.case.matters < 5:
        assert sites == ()
    if world.case.name.startswith("all in one grid"):
        assert [(one.count, one.category) for one in sites] == [(60, Category.LABOUR)]
    assert world.desk.sites(NONE_OF_IT) == ()


@pytest.mark.parametrize("kind", ["csv", "gpkg"])
@pytest.mark.parametrize("level", TESTED)
def test_exports_are_whole_files(world: World, level: Level, kind: str) -> None:
    areas = len(world.desk.counts(level, YEAR).counts)
    for matters in (YEAR, NONE_OF_IT):
        body = world.desk.export(level, matters, kind, say)
        if kind == "csv":
            assert len(body.decode("utf-8-sig").strip().splitlines()) == 1 + areas
        else:
            assert body.startswith(b"SQLite format 3\x00")


@pytest.mark.parametrize("method", list(Method))
def test_the_command_line_says_the_same(
    world: World, method: Method, login_as: Callable[[Engine, str], Engine]
) -> None:
    url = login_as(world.engine, cluster.OWNER).url.render_as_string(hide_password=False)
    given = {"DATABASE_URL": url, "FENGTU_HOME": str(world.home), "PORT": "8123"}

    def ask(*words: str) -> str:
        chosen = ("--level", "grid", "--method", method.value, *PERIOD, *words)
        answer = CliRunner().invoke(make_cli(say), ["hotspots", *chosen], env=given)
        assert answer.exit_code == 0, answer.output
        return answer.stdout

    for words, matters in (((), YEAR), (("--category", "legal"), NONE_OF_IT)):
        told, found = json.loads(ask(*words, "--json")), world.desk.significance(Level.GRID, matters, method)
        assert told["n"] == found.n
        assert [(row["count"], row["class"], row["z"]) for row in told["areas"]] == [
            (row.count, row.verdict.value, row.z) for row in found.rows
        ]
        assert [one["code"] for one in told["caveats"]] == list(found.caveats)
        assert "NaN" not in json.dumps(told)
    assert ask()
