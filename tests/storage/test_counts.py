"""The copy counts what SQL counts: every filter, level, unit, day and month, and of nothing at all.

The SQL here is written apart from the program's: plain text, one statement a question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, text

from data.counts import refreshing, sliders
from data.counts.files import open_copy
from data.counts.opening import snapshot_of
from data.counts.refreshing import in_force, refresh
from data.counts.snapshot import CELLS, Snapshot
from data.counts.verifying import random_filters, verify
from grid.areas import Level
from grid.density_frame import project
from grid.hotspots import counting_kernels, counting_tables
from grid.hotspots.questions import Dimension, MatterFilter, Step
from grid.matters import Category, Purpose, Stage
from grid.measures import MeasureUnit
from grid.refusals import Refused
from tests.storage.counted_matters import CANARY, FIRST, LAST, add_random
from tests.storage.mixed_city import SEALED, City

LEVELS = (Level.COUNTY, Level.TOWN, Level.VILLAGE, Level.GRID)
EVER = MatterFilter(LAST - timedelta(days=3600), LAST)
AMOUNTS = {
    MeasureUnit.MATTERS: "count(*)",
    MeasureUnit.SUBMISSIONS: "coalesce(sum(submissions), 0)",
    MeasureUnit.VISITS: "coalesce(sum(submissions) FILTER (WHERE channel = 'visit'), 0)",
    MeasureUnit.HEADS: "coalesce(sum(heads), 0)",
}


@pytest.fixture(scope="module")
def counted(new_database: Callable[..., Engine], mixed_city: City) -> Iterator[Engine]:
    """The mixed city with some thousand matters more."""
    made = new_database(mixed_city.database)
    with made.begin() as connection:
        add_random(connection, np.random.default_rng(5), 4000)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("counts")


@pytest.fixture(scope="module", params=["read", "tables"])
def snapshot(request: pytest.FixtureRequest, counted: Engine, home: Path) -> Iterator[Snapshot]:
    """The copy as it is for few matters, and as for many: with running tables, sliders and compiled loops."""
    with pytest.MonkeyPatch.context() as patched:
        if request.param == "tables":
            for module in (refreshing, sliders, counting_kernels):
                patched.setattr(module, "MANY_ROWS", 1)
            patched.setattr(counting_kernels, "_SOME_ROWS", 1)
            patched.setattr(counting_kernels, "_MANY_FOR_ONE", 2000)
            patched.setattr(counting_tables, "_LEAST_STEP", 100)
        snapshot = copy_of(counted, home / request.param)
        assert len(snapshot.tables) == (2 if request.param == "tables" else 0)
        yield snapshot


def copy_of(engine: Engine, home: Path) -> Snapshot:
    """Bring a database's copy up to date and open it."""
    refresh(engine, home)
    with engine.connect() as connection:
        copied = open_copy(home, in_force(connection).name)
    assert copied is not None
    return snapshot_of(copied)


def where(engine: Engine, matters: MatterFilter) -> str:
    """Return a filter's conditions as SQL."""
    parts = [
        "purpose <> 'accusation'",
        f"registered_on BETWEEN '{matters.since}' AND '{matters.until}'",
    ]
    for column, values in (
        ("category", matters.categories), ("channel", matters.channels), ("purpose", matters.purposes),
        ("stage", matters.stages),
    ):  # fmt: skip
        if values:
            parts.append(f"{column} IN ({', '.join(repr(str(value)) for value in values)})")
    if matters.within:
        holds = []
        with engine.connect() as connection:
            for area in matters.within:
                level, kind = connection.execute(
                    text("SELECT level, kind FROM area WHERE id = :id"), {"id": area}
                ).one()
                column = "functional" if kind == "functional" else level
                holds.append(f"(place_status = 'accepted' AND {column}_id = {area})")
        parts.append(f"({' OR '.join(holds)})")
    return " AND ".join(parts)


def ask(engine: Engine, statement: str) -> list[tuple]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def expect_counts(engine: Engine, level: Level, matters: MatterFilter) -> tuple[list[int], list[int], int]:
    """Return ids by code, counts and the total as SQL has them."""
    conditions, amount = where(engine, matters), AMOUNTS[matters.unit]
    rows = ask(
        engine,
        f"SELECT a.id, coalesce(n, 0) FROM area a LEFT JOIN (SELECT {level}_id AS id, {amount} AS n"
        f" FROM petition WHERE place_status = 'accepted' AND {conditions} GROUP BY 1) p USING (id)"
        f" WHERE a.level = '{level}' AND a.kind = 'regular' AND a.valid_to IS NULL ORDER BY a.code",
    )
    total = ask(engine, f"SELECT {amount} FROM petition WHERE {conditions}")[0][0]
    return [row[0] for row in rows], [int(row[1]) for row in rows], int(total)


def filters(snapshot: Snapshot, seed: int, count: int) -> list[MatterFilter]:
    areas = snapshot.book.areas.id.tolist()
    return list(islice(random_filters(np.random.default_rng(seed), (FIRST, LAST), areas), count))


def assert_equal(engine: Engine, snapshot: Snapshot, level: Level, matters: MatterFilter) -> int:
    ids, counts, total = expect_counts(engine, level, matters)
    found = snapshot.counts(level, matters)
    assert found.area_ids.tolist() == ids
    assert found.counts.tolist() == counts, matters
    assert found.total == total, matters
    assert found.counts.dtype == np.int64
    return total


def test_two_hundred_random_filters_count_as_sql_does(counted: Engine, snapshot: Snapshot) -> None:
    totals = [
        assert_equal(counted, snapshot, LEVELS[number % 4], matters)
        for number, matters in enumerate(filters(snapshot, 1, 200))
    ]
    assert sum(total > 0 for total in totals) > 100, "filters that find nothing compare nothing"


def test_random_filters_split_as_sql_does(counted: Engine, snapshot: Snapshot) -> None:
    for number, matters in enumerate(filters(snapshot, 2, 40)):
        by = list(Dimension)[number % 4]
        rows = ask(
            counted,
            f"SELECT {by}, {AMOUNTS[matters.unit]} FROM petition WHERE {where(counted, matters)} GROUP BY 1",
        )
        split = snapshot.split(matters, by)
        assert dict(split) == {value: int(count) for value, count in rows if count}
        assert all(first >= second for (_, first), (_, second) in pairwise(split))


def test_random_filters_count_days_as_sql_does(counted: Engine, snapshot: Snapshot) -> None:
    for matters in filters(snapshot, 3, 25):
        rows = dict(
            ask(
                counted,
                f"SELECT registered_on, {AMOUNTS[matters.unit]} FROM petition"
                f" WHERE {where(counted, matters)} GROUP BY 1",
            )
        )
        found = snapshot.days(matters)
        assert found.since == matters.since
        days = [matters.since + timedelta(days=day) for day in range(len(found.counts))]
        assert days[-1] == matters.until
        assert found.counts.tolist() == [int(rows.get(day, 0)) for day in days]


@pytest.mark.parametrize("step", list(Step))
def test_a_playback_is_the_counts_of_each_part(snapshot: Snapshot, step: Step) -> None:
    for matters in filters(snapshot, 4, 8):
        shown = snapshot.playback(Level.TOWN, matters, step)
        assert shown.starts[0] == matters.since
        ends = [first - timedelta(days=1) for first in shown.starts[1:]] + [matters.until]
        for row, since, until in zip(shown.counts, shown.starts, ends, strict=True):
            part = MatterFilter(
                since, until, matters.categories, matters.channels, matters.purposes, matters.stages,
                matters.within, matters.unit,
            )  # fmt: skip
            assert row.tolist() == snapshot.counts(Level.TOWN, part).counts.tolist()
        months, counts = snapshot.monthly(Level.TOWN, matters)
        assert counts.sum(axis=0).tolist() == shown.counts.sum(axis=0).tolist()
        assert all(month.day == 1 for month in months[1:])


def test_cells_are_where_the_points_are(counted: Engine, snapshot: Snapshot) -> None:
    assert snapshot.frame is not None
    for matters in filters(snapshot, 6, 12):
        weight = {"matters": "1", "heads": "heads"}.get(matters.unit, "submissions")
        also = " AND channel = 'visit'" if matters.unit is MeasureUnit.VISITS else ""
        rows = ask(
            counted,
            f"SELECT ST_X(point), ST_Y(point), {weight} FROM petition WHERE place_status = 'accepted'"
            f" AND point IS NOT NULL AND {where(counted, matters)}{also}",
        )
        expected = np.zeros((CELLS, CELLS))
        west, south, east, north = snapshot.frame.bounds_m
        for lon, lat, count in rows:
            x, y = project(np.array([lon]), np.array([lat]), snapshot.frame.epsg)
            row, col = (y[0] - south) / (north - south), (x[0] - west) / (east - west)
            expected[int(row * CELLS), int(col * CELLS)] += count
        assert np.array_equal(snapshot.cell_histogram(matters), expected)
        fours = expected.reshape(CELLS // 4, 4, CELLS // 4, 4).sum(axis=(1, 3))
        assert np.array_equal(snapshot.cell_histogram(matters, 4), fours)


def test_units_differ_and_visits_are_submissions_by_visit(snapshot: Snapshot) -> None:
    def total(unit: MeasureUnit) -> int:
        return snapshot.counts(Level.TOWN, MatterFilter(FIRST, LAST, unit=unit)).total

    assert total(MeasureUnit.MATTERS) < total(MeasureUnit.SUBMISSIONS) < total(MeasureUnit.HEADS)
    assert 0 < total(MeasureUnit.VISITS) < total(MeasureUnit.SUBMISSIONS)


def test_the_city_holds_all_also_what_is_placed_nowhere(snapshot: Snapshot) -> None:
    found = snapshot.counts(Level.TOWN, EVER)
    assert found.placed < found.total
    assert snapshot.counts(Level.CITY, EVER).total == found.total


def test_what_there_is_not_counts_nothing_or_is_refused(snapshot: Snapshot) -> None:
    empty = MatterFilter(FIRST, LAST, frozenset({Category.OTHER}))
    assert snapshot.counts(Level.GRID, empty).total == 0
    assert snapshot.split(empty, Dimension.STAGE) == ()
    assert snapshot.days(empty).counts.sum() == 0
    before = MatterFilter(date(1950, 1, 1), date(1955, 1, 1))
    after = MatterFilter(date(2090, 1, 1), date(2090, 1, 1))
    for matters in (before, after):
        assert snapshot.counts(Level.GRID, matters).total == snapshot.cell_histogram(matters).sum() == 0
        assert len(snapshot.days(matters).counts) == (matters.until - matters.since).days + 1
    unknown = MatterFilter(FIRST, LAST, within=frozenset({10**9}))
    for reading in (
        lambda: snapshot.counts(Level.GRID, unknown), lambda: snapshot.days(unknown),
        lambda: snapshot.split(unknown, Dimension.STAGE), lambda: snapshot.cell_histogram(unknown),
        lambda: snapshot.playback(Level.GRID, unknown, Step.MONTH),
    ):  # fmt: skip
        with pytest.raises(Refused, match="area_unknown"):
            reading()
    for make, code in (
        (lambda: MatterFilter(LAST, FIRST), "period_reversed"),
        (lambda: MatterFilter(date.min, date.max), "period_too_long"),
        (lambda: MatterFilter(FIRST, LAST, purposes=frozenset({Purpose.ACCUSATION})), "accusations_not"),
    ):
        with pytest.raises(Refused, match=code):
            make()


def test_an_empty_city_has_a_copy_of_nothing(engine: Engine, tmp_path: Path) -> None:
    snapshot = copy_of(engine, tmp_path)
    assert snapshot.frame is None
    for level in Level:
        assert snapshot.counts(level, EVER).counts.size == snapshot.counts(level, EVER).total == 0
    assert snapshot.days(EVER).counts.sum() == snapshot.cell_histogram(EVER).sum() == 0
    assert snapshot.playback(Level.GRID, EVER, Step.MONTH).counts.sum() == 0
    assert verify(engine, tmp_path, np.random.default_rng(0)).state == "equal"


@pytest.mark.parametrize("count", [1, 300])
def test_one_matter_and_all_in_one_grid(small_city: Engine, tmp_path: Path, count: int) -> None:
    with small_city.begin() as connection:
        add_random(connection, np.random.default_rng(1), 40)
        connection.execute(text("DELETE FROM petition WHERE purpose = 'accusation'"))
        connection.execute(
            text(
                "UPDATE petition SET place_status = 'accepted', granularity = 'grid', place_method = 'code',"
                " point = NULL, registered_on = '2025-02-03', (county_id, town_id, village_id, grid_id) ="
                " (SELECT t.parent_id, t.id, v.id, g.id FROM area g JOIN area v ON v.id = g.parent_id"
                " JOIN area t ON t.id = v.parent_id WHERE g.level = 'grid' ORDER BY g.code LIMIT 1)"
            )
        )
        connection.execute(
            text(f"DELETE FROM petition WHERE id NOT IN (SELECT id FROM petition LIMIT {count})")
        )
    snapshot = copy_of(small_city, tmp_path)
    for level in LEVELS:
        assert assert_equal(small_city, snapshot, level, EVER) >= 1
        assert snapshot.counts(level, EVER).counts.tolist()[0] == snapshot.counts(level, EVER).total
    assert snapshot.cell_histogram(EVER).sum() == 0


def test_a_filter_over_many_periods_counts_as_sql_does(counted: Engine, snapshot: Snapshot) -> None:
    for matters in filters(snapshot, 8, 6):
        for shift in (0, 40, 300, 500):
            since = matters.since + timedelta(days=shift)
            slid = replace(matters, since=since, until=since + timedelta(days=shift))
            assert_equal(counted, snapshot, Level.VILLAGE, slid)


@pytest.mark.parametrize("by", [(Dimension.CATEGORY, Dimension.STAGE), (Dimension.PURPOSE,)])
def test_a_cross_table_counts_as_sql_does(
    counted: Engine, snapshot: Snapshot, by: tuple[Dimension, ...]
) -> None:
    values = {Dimension.CATEGORY: list(Category), Dimension.STAGE: list(Stage),
              Dimension.PURPOSE: [Purpose.CLAIM, Purpose.SUGGESTION]}  # fmt: skip
    for asked in filters(snapshot, 9, 15):
        matters = replace(asked, unit=MeasureUnit.MATTERS)
        columns = ", ".join(by)
        rows = ask(
            counted,
            f"SELECT town_id, {columns}, count(*) FROM petition WHERE place_status = 'accepted'"
            f" AND town_id IS NOT NULL AND {where(counted, matters)} GROUP BY town_id, {columns}",
        )
        towns = snapshot.book.area_ids(Level.TOWN).tolist()
        expected = np.zeros((len(towns), *(len(values[each]) for each in by)), dtype=np.int64)
        for town, *named, count in rows:
            where_to = (values[each].index(value) for each, value in zip(by, named, strict=True))
            expected[towns.index(town), *where_to] = count
        crossed = snapshot.cross(Level.TOWN, matters, by)
        assert np.array_equal(crossed.reshape(expected.shape), expected)
    with pytest.raises(ValueError, match="heads"):
        snapshot.cross(Level.TOWN, replace(EVER, unit=MeasureUnit.HEADS), by)


def test_the_files_hold_no_number_address_text_or_point(
    counted: Engine, home: Path, snapshot: Snapshot
) -> None:
    points = ask(counted, "SELECT ST_X(point), ST_Y(point) FROM petition WHERE point IS NOT NULL")
    assert points
    coordinates = {np.float64(value).tobytes() for point in points for value in point}
    coordinates |= {np.float32(value).tobytes() for point in points for value in point}
    written = [path for path in home.rglob("*") if path.is_file()]
    assert written
    for path in written:
        content = path.read_bytes()
        for canary in (CANARY, SEALED):
            assert canary.encode() not in content
            assert canary.encode("utf-32-le") not in content
        assert path.suffix == ".json" or np.load(path).dtype.kind in "iub", "whole numbers alone"
        if path.name != "header.json":
            found = {content[at : at + size] for size in (4, 8) for at in range(128, len(content), size)}
            assert not found & {value for value in coordinates if len(value) == 8}


def test_accusations_are_not_in_the_copy(counted: Engine, snapshot: Snapshot) -> None:
    (known,), (hidden,) = ask(
        counted,
        "SELECT count(*) FROM petition GROUP BY purpose = 'accusation' ORDER BY purpose = 'accusation'",
    )
    assert hidden > 100
    assert snapshot.base.rows == snapshot.state.rows == known
