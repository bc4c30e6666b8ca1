"""Counts are shown by the level chosen or the nearest wider one that is published and has boundaries."""

from __future__ import annotations

import dataclasses

import pytest

from callbacks.wall.scene import chosen_quarter
from callbacks.wall.state import WallState, counted_level, read_state, shown_level
from grid.areas import Level
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


@pytest.mark.parametrize("group", ["category:land", "channel:visit"])
@pytest.mark.parametrize(
    ("known", "shown"),
    [
        ((Level.COUNTY, Level.TOWN, Level.VILLAGE), Level.TOWN),
        ((Level.COUNTY, Level.VILLAGE), Level.COUNTY),
        ((Level.VILLAGE,), Level.TOWN),
    ],
)
def test_a_group_is_never_asked_for_below_the_towns(
    group: str, known: tuple[Level, ...], shown: Level
) -> None:
    """Not even where villages alone have boundaries: the products hold no such table."""
    state = read_state({"level": "village", "group": group})
    assert counted_level(state, _city(*known)) is shown
    assert state.level_withheld
    assert not read_state({"level": "village"}).level_withheld
    assert not read_state({"level": "town", "group": group}).level_withheld
