"""The metric CRS: pyproj agrees that the zone chosen is the nearest one and measures truly there."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Geod, Transformer

from grid.metric import metric_epsg


@settings(deadline=None)
@given(st.floats(73.5, 136.5), st.floats(0, 60))
def test_china_is_measured_in_the_nearest_gauss_kruger_zone(lon: float, lat: float) -> None:
    epsg = metric_epsg(lon, lat)
    assert 4534 <= epsg <= 4554
    meridian = 75 + 3 * (epsg - 4534)
    assert abs(lon - meridian) <= 1.5 + 1e-9


@pytest.mark.parametrize(
    ("lon", "epsg", "name"), [(120.4, 4549, "CM 120E"), (75.0, 4534, "CM 75E"), (135.9, 4554, "CM 135E")]
)
def test_the_code_means_that_meridian(lon: float, epsg: int, name: str) -> None:
    assert metric_epsg(lon, 30.0) == epsg
    assert CRS.from_epsg(epsg).name == f"CGCS2000 / 3-degree Gauss-Kruger {name}"


@settings(deadline=None)
@given(st.floats(-180, 180), st.floats(-80, 84))
def test_everywhere_a_kilometre_is_a_kilometre(lon: float, lat: float) -> None:
    crs = CRS.from_epsg(metric_epsg(lon, lat))
    forward = Transformer.from_crs(4326, crs, always_xy=True)
    north_lon, north_lat, _ = Geod(ellps="GRS80").fwd(lon, lat, 0, 1000)
    (x, y), (x2, y2) = forward.transform(lon, lat), forward.transform(north_lon, north_lat)
    assert ((x2 - x) ** 2 + (y2 - y) ** 2) ** 0.5 == pytest.approx(1000, abs=2.5)


@pytest.mark.parametrize(("lon", "lat", "epsg"), [(-90.1, 30, 32615), (151, -33, 32756), (180, 10, 32660)])
def test_elsewhere_utm(lon: float, lat: float, epsg: int) -> None:
    assert metric_epsg(lon, lat) == epsg


@pytest.mark.parametrize(("lon", "lat"), [(40_500_000.0, 3_100_000.0), (30.0, 120.0), (float("nan"), 30.0)])
def test_what_is_not_degrees_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(ValueError, match="not degrees"):
        metric_epsg(lon, lat)
