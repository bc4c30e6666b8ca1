"""Counts are shown by the level chosen or the nearest wider one, and never count a matter twice."""

from __future__ import annotations

import dataclasses

import pytest

from callbacks.wall.scene import chosen_quarter
from callbacks.wall.state import WallState, counts_at, read_state, shown_level
from grid.areas import AreaKind, Level
from grid.listings import Quarter
from grid.questions import City
from tests.screens.wall_city import FakeWall


def _city(*levels: Level) -> City:
    return dataclasses.replace(FakeWall().city(), editions=dict.fromkeys(levels, 1))


@pytest.mark.parametrize(
    ("wanted", "known", "shown"),
    [
        (Level.VILLAGE, (Level.COUNTY, Level.TOWN, Level.VILLAGE), Level.VILLAGE),
        (Level.VILLAGE, (Level.COUNTY, Level.TOWN), Level.TOWN),
        (Level.TOWN, (Level.COUNTY, Level.VILLAGE), Level.COUNTY),
        (Level.TOWN, (Level.CITY,), Level.TOWN),
        (Level.TOWN, (), Level.TOWN),
    ],
)
def test_a_level_without_boundaries_gives_way_to_the_next_wider(
    wanted: Level, known: tuple[Level, ...], shown: Level
) -> None:
    assert shown_level(wanted, _city(*known)) is shown


@pytest.mark.parametrize("raw", ["grid", "city", "", "COUNTY", "1; DROP TABLE area", None])
def test_a_level_not_on_offer_is_the_default(raw: object) -> None:
    assert read_state({"level": raw}).level is Level.TOWN


def test_a_quarter_that_has_not_begun_is_not_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """The figures and cards speak of the quarter in force: so must the map and its list."""
    fake = FakeWall()
    now = Quarter.of(fake.city().today)
    following = Quarter(now.year + now.number // 4, now.number % 4 + 1)
    monkeypatch.setattr(fake, "quarters", lambda: (following, now, now.previous))
    assert chosen_quarter(fake, WallState()) == now
    assert chosen_quarter(fake, WallState(quarter=following)) == following


def test_functional_areas_are_not_counted_beside_the_counties_they_overlap() -> None:
    fake = FakeWall()
    kinds = {area.kind for area in fake.areas(Level.COUNTY)}
    counts = counts_at(WallState(), Level.COUNTY, fake, fake.city())
    assert kinds == {AreaKind.REGULAR, AreaKind.FUNCTIONAL}
    assert {row.area.kind for row in counts.rows} == {AreaKind.REGULAR}
