"""A hotspot is seen where its points are, and a lone point is not seen at all."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from grid.density import DensitySurface
from grid.density_frame import (
    BANDWIDTHS_M,
    DensityFrame,
    default_bandwidth_m,
    density_frame,
    framed_surface,
    metric_bounds,
    picture_bounds,
    project,
)
from grid.density_masks import seen_alone
from layers.density import DensityPicture, draw_density, image_corners, paint, ramp_value
from layers.map_camera import mercator_y

WIDE = (110.2, 26.2, 112.4, 28.6)
EPSG = 4546
"""CGCS2000 3-degree zone of 111°E: the box reaches 1.4 degrees off its meridian."""


def surface(lon: float, lat: float, n: int, frame: DensityFrame | None = None) -> DensitySurface:
    rng = np.random.default_rng(1)
    frame = frame or DensityFrame(metric_bounds(picture_bounds(WIDE, 2000), EPSG), 2000, EPSG)
    points = lon + rng.normal(0, 0.002, n), lat + rng.normal(0, 0.002, n)
    made, support = framed_surface(*project(*points, EPSG), frame)
    made.per_km2[~seen_alone(support)] = np.nan
    return made


def pixels(picture: DensityPicture) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture.png)).convert("RGBA")).astype(int)


@pytest.mark.parametrize(
    ("lon", "lat"), [(110.35, 28.5), (112.3, 28.5), (110.3, 26.3), (112.3, 26.3), (111.3, 27.4)]
)
def test_the_brightest_pixel_lies_on_the_hotspot_of_the_map(lon: float, lat: float) -> None:
    rgba = pixels(draw_density(surface(lon, lat, 400), bounds=WIDE, epsg=EPSG))
    height, width = rgba.shape[:2]
    light = rgba[..., :3].sum(axis=2) * rgba[..., 3]
    rows, columns = np.nonzero(light >= light.max() * 0.98)
    west, south, east, north = picture_bounds(WIDE, 2000)
    seen_lon = west + (columns.mean() + 0.5) / width * (east - west)
    low, high = mercator_y(south), mercator_y(north)
    seen_y = high - (rows.mean() + 0.5) / height * (high - low)
    pixel_lon, pixel_y = (east - west) / width, (high - low) / height
    assert seen_lon == pytest.approx(lon, abs=3 * pixel_lon)
    assert seen_y == pytest.approx(mercator_y(lat), abs=3 * pixel_y)


@pytest.mark.parametrize("n", [0, 1, 4])
def test_few_points_are_not_seen(n: int) -> None:
    picture = draw_density(surface(111.3, 27.4, n), bounds=WIDE, epsg=EPSG)
    assert pixels(picture)[..., 3].max() == 0
    assert picture.n == n


def test_the_ramp_rises_in_light_from_nothing() -> None:
    colours = paint(np.linspace(0, 10, 50, dtype=np.float32)[None, :], 10.0)[0].astype(int)
    assert colours[0, 3] == 0
    light = (colours[:, :3] @ [299, 587, 114]) * colours[:, 3]
    assert (np.diff(light) > 0).all()


def test_the_legend_names_the_density_that_is_painted() -> None:
    top = 12.0
    for share in (0.2, 0.5, 1.0):
        painted = paint(np.array([[ramp_value(share, top)]], dtype=np.float32), top)
        full = paint(np.linspace(0, top, 10_001, dtype=np.float32)[None, :], top)[0]
        nearest = np.abs(full.astype(int) - painted[0, 0].astype(int)).sum(axis=1).argmin()
        assert np.sqrt(nearest / 10_000) == pytest.approx(share, abs=0.02)


def test_corners_run_clockwise_from_the_north_west() -> None:
    assert image_corners((1, 2, 3, 4)) == ((1, 4), (3, 4), (3, 2), (1, 2))


def test_a_wide_city_has_a_wider_bandwidth_and_only_offered_ones() -> None:
    small = default_bandwidth_m((111.0, 27.0, 111.1, 27.1), EPSG)
    large = default_bandwidth_m(WIDE, EPSG)
    assert small < large
    assert {small, large} <= set(BANDWIDTHS_M)


def test_a_tiny_city_does_not_break_the_grid() -> None:
    box = (111.0, 27.0, 111.002, 27.0005)
    drawn = surface(111.001, 27.0002, 50, density_frame(box, EPSG))
    assert draw_density(drawn, bounds=box, epsg=EPSG).n >= 0


def test_a_frame_shows_its_bandwidth_in_several_cells() -> None:
    for box in (WIDE, (111.0, 27.0, 111.3, 27.1), (111.0, 27.0, 113.5, 27.5)):
        frame = density_frame(box, EPSG)
        west, south, east, north = frame.bounds_m
        assert frame.bandwidth_m >= 3.5 * max(east - west, north - south) / 512
