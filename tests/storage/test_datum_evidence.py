"""A mislabelled datum is found by the areas that places name; where it cannot be told, nothing is claimed."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from sqlalchemy import text

from grid.datum_evidence import TRIED, weigh_points, weigh_scores
from grid.datums import Datum, from_cgcs2000

TRIALS, POINTS = 100, 100


@pytest.fixture(scope="module")
def villages(demo_engine):
    with demo_engine.connect() as connection:
        wkb = connection.scalars(
            text("SELECT ST_AsBinary(geom) FROM area WHERE level = 'village' AND valid_to IS NULL")
        )
        outlines = np.array(shapely.from_wkb([bytes(one) for one in wkb]))
    shapely.prepare(outlines)
    return outlines


def points_in(outlines, rng, count, wrong):
    """Points within villages, the first ``wrong`` of which name another village than the one they lie in."""
    chosen = rng.integers(0, len(outlines), count)
    west, south, east, north = shapely.bounds(outlines[chosen]).T
    lon, lat = np.full(count, np.nan), np.full(count, np.nan)
    while (left := np.isnan(lon)).any():
        x, y = (rng.uniform(a, b)[left] for a, b in ((west, east), (south, north)))
        inside = shapely.contains_xy(outlines[chosen[left]], x, y)
        lon[np.flatnonzero(left)[inside]], lat[np.flatnonzero(left)[inside]] = x[inside], y[inside]
    chosen[:wrong] = (chosen[:wrong] + 1) % len(outlines)
    return chosen, lon, lat


@pytest.mark.parametrize("true", TRIED)
def test_a_hundred_points_tell_their_datum(villages, true):
    right = wrong = 0
    for seed in range(TRIALS):
        chosen, lon, lat = points_in(villages, np.random.default_rng(seed), POINTS, wrong=5)
        given = from_cgcs2000(lon, lat, true)
        evidence = weigh_points(*given, lambda x, y: shapely.intersects_xy(villages[chosen], x, y))  # noqa: B023
        assert [share.n for share in evidence.shares] == [POINTS] * 3
        right += evidence.best is true
        wrong += evidence.best not in {true, None}
        assert evidence.best is None or evidence.contradicts(Datum.WGS84) is (
            evidence.best is not Datum.CGCS2000
        )
    assert wrong == 0
    assert right >= 99


def test_points_that_say_nothing_are_not_shifted(villages):
    rng = np.random.default_rng(1)
    whole = shapely.box(*shapely.total_bounds(villages))
    _, lon, lat = points_in(villages, rng, POINTS, wrong=0)
    given = from_cgcs2000(lon, lat, Datum.GCJ02)
    coarse = weigh_points(*given, lambda x, y: shapely.intersects_xy(whole, x, y))
    assert coarse.best is None
    assert not coarse.contradicts(Datum.CGCS2000)
    nowhere = weigh_points(*given, lambda x, y: np.zeros(len(x), dtype=bool))
    assert nowhere.best is None
    assert [share.share for share in nowhere.shares] == [0, 0, 0]


def test_few_places_speak_only_with_one_voice():
    assert weigh_scores(np.zeros((3, 0))).best is None
    assert weigh_scores(np.array([[0.9], [1.0], [0.8]])).best is None
    assert weigh_scores(np.array([[0.9, 0.9], [1.0, 1.0], [0.8, 0.7]])).best is Datum.GCJ02
    assert weigh_scores(np.array([[0.9, 1.0], [1.0, 0.9], [0.8, 0.7]])).best is None
    gained = np.array([[0.99, 0.99], [0.994, 0.994], [0.8, 0.7]])
    assert weigh_scores(gained, least_gain=0.005).best is None


def test_a_share_may_not_win_by_a_whim():
    rng = np.random.default_rng(3)
    for _ in range(50):
        coin = rng.integers(0, 2, (3, 60)).astype(float)
        assert weigh_scores(coin).best is None
