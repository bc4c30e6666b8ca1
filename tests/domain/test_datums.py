"""Datums: published values, exact inverses, and that nothing is shifted that should not be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid.datums import Datum, from_cgcs2000, to_cgcs2000

METRES_PER_DEGREE = 111_320.0
east_of_china = st.floats(73.0, 135.0)
north_of_china = st.floats(18.0, 54.0)

# Test vectors of eviltransform (first three) and of the README of coordtransform (last).
WGS_TO_GCJ = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
]


@pytest.mark.parametrize(("wgs", "gcj"), WGS_TO_GCJ)
def test_gcj02_agrees_with_published_values(wgs: tuple[float, float], gcj: tuple[float, float]) -> None:
    shifted = np.array(from_cgcs2000(*wgs, Datum.GCJ02))
    assert distance_m(shifted, np.array(gcj)) < 0.02


def test_bd09_agrees_with_the_published_value() -> None:
    # README of coordtransform, GCJ-02 to BD-09.
    true_lon, true_lat = to_cgcs2000(116.404, 39.915, Datum.GCJ02)
    shifted = np.array(from_cgcs2000(true_lon, true_lat, Datum.BD09))
    assert distance_m(shifted, np.array([116.41036949371029, 39.92133699351021])) < 0.011


@settings(deadline=None)
@given(east_of_china, north_of_china, st.sampled_from([Datum.GCJ02, Datum.BD09]))
def test_the_inverse_is_good_to_a_centimetre(lon: float, lat: float, datum: Datum) -> None:
    back = to_cgcs2000(*from_cgcs2000(lon, lat, datum), datum)
    assert distance_m(np.array(back), np.array([lon, lat])) <= 0.011


@settings(deadline=None)
@given(east_of_china, north_of_china, st.sampled_from([Datum.GCJ02, Datum.BD09]))
def test_the_way_back_is_as_good(lon: float, lat: float, datum: Datum) -> None:
    again = from_cgcs2000(*to_cgcs2000(lon, lat, datum), datum)
    assert distance_m(np.array(again), np.array([lon, lat])) <= 0.011


def test_all_of_china_comes_back_within_two_centimetres() -> None:
    lon, lat = (grid.ravel() for grid in np.meshgrid(np.linspace(73, 135, 500), np.linspace(18, 54, 400)))
    for datum in (Datum.GCJ02, Datum.BD09):
        back = np.array(to_cgcs2000(*from_cgcs2000(lon, lat, datum), datum))
        squeeze = np.array([np.cos(np.radians(lat)), np.ones(lat.shape)])
        assert float(np.hypot(*((back - [lon, lat]) * squeeze)).max()) * METRES_PER_DEGREE <= 0.02


@settings(deadline=None)
@given(east_of_china, north_of_china, st.sampled_from([Datum.GCJ02, Datum.BD09]))
def test_a_shift_is_large_enough_to_matter_and_never_absurd(lon: float, lat: float, datum: Datum) -> None:
    shifted = np.array(from_cgcs2000(lon, lat, datum))
    assert 10 < distance_m(shifted, np.array([lon, lat])) < 2_000


@settings(deadline=None)
@given(east_of_china, north_of_china, st.sampled_from([Datum.CGCS2000, Datum.WGS84]))
def test_satellite_datums_are_left_alone(lon: float, lat: float, datum: Datum) -> None:
    assert to_cgcs2000(lon, lat, datum) == (lon, lat)


@pytest.mark.parametrize("datum", Datum)
def test_arrays_are_converted_as_their_members_and_nan_stays(datum: Datum) -> None:
    lon, lat = np.array([120.1, 121.2, np.nan]), np.array([28.1, 29.2, 28.0])
    east, north = to_cgcs2000(lon, lat, datum)
    for row in (0, 1):
        alone = to_cgcs2000(lon[row], lat[row], datum)
        assert np.array([east[row], north[row]]) == pytest.approx(np.array(alone), abs=1e-12)
    assert np.isnan(east[2])
    assert east.shape == (3,)


def distance_m(a: np.ndarray, b: np.ndarray) -> float:
    """Metres between two points a short way apart."""
    squeeze = np.array([np.cos(np.radians(b[1])), 1.0])
    return float(np.hypot(*((a - b) * squeeze)) * METRES_PER_DEGREE)
