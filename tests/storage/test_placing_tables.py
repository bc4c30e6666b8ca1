"""Kept placing tables: built once, never out of date, whole or not there, and no import fails for them."""

from __future__ import annotations

import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
import shapely

from bench.coverages import draw_points, make_coverage
from data.geocode import placing_tables
from data.geocode.placing_tables import PlacingTables
from grid.areas import Level
from grid.placing import PlacingTable, index_areas, locate


@pytest.fixture
def outlines() -> np.ndarray:
    return make_coverage(3, 60, 6, faults=9)


@pytest.fixture
def refuse_to_build(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(geometries: object) -> PlacingTable:
        raise AssertionError("built again")

    monkeypatch.setattr(placing_tables, "build_table", refuse)


def build_in_a_process_of_its_own(folder: Path) -> list[int]:
    """Start at the same moment as the others."""
    polygons = make_coverage(3, 60, 6, faults=9)
    time.sleep(max(0.0, float((folder / "start").read_text()) - time.time()))
    index = index_areas(Level.GRID, np.arange(len(polygons)), polygons, PlacingTables(folder / "placing"))
    assert index.table.areas == len(polygons)
    return locate(index, *draw_points(1, 2000)).tolist()


def assert_same(table: PlacingTable, other: PlacingTable) -> None:
    assert (table.frame, table.areas) == (other.frame, other.areas)
    for name, array in table.arrays().items():
        assert np.array_equal(array, other.arrays()[name]), name
        assert array.dtype == other.arrays()[name].dtype


def test_a_kept_table_is_the_one_that_was_built(
    tmp_path: Path, outlines: np.ndarray, request: pytest.FixtureRequest
) -> None:
    built = PlacingTables(tmp_path / "placing")(outlines)
    request.getfixturevalue("refuse_to_build")
    kept = PlacingTables(tmp_path / "placing")(outlines)
    assert_same(kept, built)
    assert not any(array.flags.writeable for array in kept.arrays().values()), "mapped, not read"
    with pytest.raises(AssertionError, match="built again"):
        PlacingTables(tmp_path / "placing")(outlines[::-1])


def test_the_least_change_of_an_outline_or_of_the_program_gives_another_table(
    tmp_path: Path, outlines: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = PlacingTables(tmp_path)
    tables(outlines)
    corners = shapely.get_coordinates(outlines[7])
    corners[1] = np.nextafter(corners[1], 0)
    moved = outlines.copy()
    moved[7] = shapely.set_coordinates(shapely.from_wkb(shapely.to_wkb(outlines[7])), corners)
    for others in (moved, outlines[:-1], outlines[[1, 0, *range(2, len(outlines))]], outlines[:0]):
        before = set(tmp_path.iterdir())
        tables(others)
        assert len(set(tmp_path.iterdir()) - before) == 1
    monkeypatch.setattr(placing_tables, "_program", lambda: b"another program")
    before = set(tmp_path.iterdir())
    tables(outlines)
    assert len(set(tmp_path.iterdir()) - before) == 1


def test_processes_that_build_at_once_agree_and_leave_one_table(tmp_path: Path) -> None:
    (tmp_path / "start").write_text(str(time.time() + 3))
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        answers = list(pool.map(build_in_a_process_of_its_own, [tmp_path] * 3))
    assert answers[0] == answers[1] == answers[2]
    assert len(list((tmp_path / "placing").iterdir())) == 1


def test_a_damaged_table_is_built_anew(tmp_path: Path, outlines: np.ndarray) -> None:
    tables = PlacingTables(tmp_path)
    built = tables(outlines)
    (folder,) = tmp_path.iterdir()
    for name in ("cells.npy", "edges.npy"):
        path = folder / name
        path.write_bytes(path.read_bytes()[:200])
        assert_same(tables(outlines), built)
        assert path.stat().st_size > 200, "and kept whole again"
    (folder / "table.json").write_text("{")
    assert_same(tables(outlines), built)
    (folder / "first_clue.npy").unlink()
    assert_same(tables(outlines), built)


def test_where_nothing_can_be_written_tables_are_built_all_the_same(
    tmp_path: Path, outlines: np.ndarray, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "placing").write_text("a file where the folder should be")
    expected = PlacingTables(tmp_path / "other")(outlines)
    assert_same(PlacingTables(tmp_path / "placing")(outlines), expected)
    assert "could not be kept" in caplog.text

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    assert_same(PlacingTables(tmp_path / "full")(outlines), expected)
    assert list((tmp_path / "full").iterdir()) == [], "nothing half written stays"


def test_tables_that_nobody_asks_for_any_more_go(tmp_path: Path, outlines: np.ndarray) -> None:
    tables = PlacingTables(tmp_path)
    tables(outlines)
    (old,) = tmp_path.iterdir()
    month_ago = time.time() - 31 * 24 * 3600
    os.utime(old, (month_ago, month_ago))
    tables(outlines)
    tables(outlines[1:])
    assert old.exists(), "it was asked for in between"
    os.utime(old, (month_ago, month_ago))
    tables(outlines[2:])
    assert not old.exists()
