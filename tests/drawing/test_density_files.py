"""A density in files: contours hold exactly what is above them, and a GIS puts the picture in its place."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest
import shapely
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pyproj import CRS, Transformer
from scipy import ndimage

from grid.density import DensitySurface
from layers.contours import contour_features, contour_levels, contour_shapes
from layers.density import encode_png, paint, ramp_value
from layers.words import Language
from layers.world_file import density_archive, density_raster, legend_svg, top_shown, world_file

EPSG = 4546
TOLD = ("2026年1月1日—6月30日", "来源：云岭市 <test>", "审图号：GS(2026)1号")
BOUNDS = (480_000.0, 3_000_000.0, 516_000.0, 3_024_000.0)
ROWS, COLS = 40, 60


def surface(seed: int, *, masked: float = 0.0, sigma: float = 2.0) -> DensitySurface:
    rng = np.random.default_rng(seed)
    values = ndimage.gaussian_filter(rng.random((ROWS, COLS)), sigma)
    values = (10 * (values - values.min()) / (np.ptp(values) or 1)).astype(np.float32)
    noise = ndimage.gaussian_filter(rng.random((ROWS, COLS)), 3)
    values[noise < np.quantile(noise, masked)] = np.nan
    return DensitySurface(values, BOUNDS, 1200.0, 4321)


def centres() -> tuple[np.ndarray, np.ndarray]:
    across, up = np.meshgrid(
        480_000 + (np.arange(COLS) + 0.5) * 600, 3_000_000 + (np.arange(ROWS) + 0.5) * 600
    )
    back = Transformer.from_crs(f"EPSG:{EPSG}", "EPSG:4490", always_xy=True)
    lon, lat = back.transform(across, up)
    return np.asarray(lon), np.asarray(lat)


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    masked=st.sampled_from([0.0, 0.3, 0.9]),
    sigma=st.sampled_from([0.0, 1.0, 3.0]),
)
def test_contours_hold_exactly_the_cells_above_their_level(seed: int, masked: float, sigma: float) -> None:
    made = surface(seed, masked=masked, sigma=sigma)
    lon, lat = centres()
    values = np.nan_to_num(made.per_km2, nan=0.0)
    for level, shape in zip((2.0, 5.0, 8.0), contour_shapes(made, (2.0, 5.0, 8.0), EPSG), strict=True):
        assert shape.is_valid
        inside = shapely.intersects_xy(shape, lon, lat)
        clear = np.abs(values - level) > 1e-4
        assert (inside == (values > level))[clear].all()
        for part in shape.geoms:
            assert part.exterior.is_ccw
            assert not any(hole.is_ccw for hole in part.interiors)


def test_a_ring_has_a_hole_and_the_island_in_it_is_a_part() -> None:
    up, across = np.mgrid[:ROWS, :COLS]
    away = np.hypot(up - 20, across - 30)
    values = np.where((away < 3) | ((away > 8) & (away < 14)), 5, 0).astype(np.float32)
    (shape,) = contour_shapes(DensitySurface(values, BOUNDS, 1200.0, 99), (1.0,), EPSG)
    assert sorted(len(part.interiors) for part in shape.geoms) == [0, 1]


def test_contours_close_at_the_frames_edge() -> None:
    full = DensitySurface(np.full((ROWS, COLS), 3, dtype=np.float32), BOUNDS, 1200.0, 9)
    (shape,) = contour_shapes(full, (1.0,), EPSG)
    assert len(shape.geoms) == 1
    assert shapely.intersects_xy(shape, *centres()).all()


def test_features_tell_level_unit_and_method() -> None:
    made = surface(1)
    rate = DensitySurface(made.per_km2, BOUNDS, 1200.0, 4321, per_10k=made.per_km2 * 2, adaptive=True)
    (feature,) = contour_features(rate, (15.0, 1e6), EPSG)["features"]
    assert feature["properties"] == {
        "value": 15.0, "unit": "per_10k_residents", "bandwidth_m": 1200.0, "adaptive": True, "n": 4321,
    }  # fmt: skip
    west, south, east, north = shapely.geometry.shape(feature["geometry"]).bounds
    assert 110 < west < east < 112
    assert 27 < south < north < 28


@pytest.mark.parametrize("peak", [0.004, 0.9, 3.0, 10.0, 777.0])
def test_levels_are_round_and_below_the_peak(peak: float) -> None:
    levels = contour_levels(DensitySurface(np.array([[0, peak]], dtype=np.float32), BOUNDS, 1.0, 9))
    assert len(levels) == 6
    assert list(levels) == sorted(levels)
    assert levels[-1] < peak <= levels[-1] * 2.6
    assert all(f"{level:e}"[0] in "125" for level in levels)


@pytest.mark.parametrize("value", [0.0, float("nan")])
def test_nothing_has_no_contours_and_an_empty_picture(value: float) -> None:
    nothing = DensitySurface(np.full((ROWS, COLS), value, dtype=np.float32), BOUNDS, 1200.0, 0)
    assert contour_levels(nothing) == ()
    assert contour_features(nothing, (1.0,), EPSG)["features"] == []
    assert np.asarray(Image.open(io.BytesIO(density_raster(nothing))).convert("RGBA"))[..., 3].max() == 0
    assert len(density_archive(nothing, EPSG, Language.ZH, unit="heads", told=())) > 0


def test_the_world_file_puts_every_pixel_on_its_cell() -> None:
    values = np.zeros((ROWS, COLS), dtype=np.float32)
    values[3, 50] = 7
    made = DensitySurface(values, BOUNDS, 1200.0, 9)
    rgba = np.asarray(Image.open(io.BytesIO(encode_png(paint(values[::-1], 7.0)))).convert("RGBA"))
    row, column = np.unravel_index(rgba[..., 3].argmax(), rgba.shape[:2])
    wide, turn, skew, high, left, top = (float(line) for line in world_file(made).split())
    assert (turn, skew) == (0, 0)
    assert left + column * wide == pytest.approx(480_000 + 50.5 * 600)
    assert top + row * high == pytest.approx(3_000_000 + 3.5 * 600)


@pytest.mark.parametrize("language", list(Language))
def test_the_archive_is_whole_and_the_same_each_time(language: Language) -> None:
    made = surface(2)
    body = density_archive(made, EPSG, language, unit="件", told=TOLD)
    assert body == density_archive(made, EPSG, language, unit="件", told=TOLD)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert set(files) == {
        f"density_epsg{EPSG}.png", f"density_epsg{EPSG}.pgw", f"density_epsg{EPSG}.prj", "legend.svg",
        "contours.geojson",
    }  # fmt: skip
    assert Image.open(io.BytesIO(files[f"density_epsg{EPSG}.png"])).size == (COLS, ROWS)
    projected = CRS.from_wkt(files[f"density_epsg{EPSG}.prj"].decode())
    assert projected.is_projected
    there = Transformer.from_crs("EPSG:4490", projected, always_xy=True).transform(111.2, 27.3)
    ours = Transformer.from_crs("EPSG:4490", f"EPSG:{EPSG}", always_xy=True).transform(111.2, 27.3)
    assert there == pytest.approx(ours, abs=0.01)
    assert json.loads(files["contours.geojson"])["features"]
    said = "".join(ElementTree.fromstring(files["legend.svg"]).itertext())
    assert "GS(2026)1号" in said
    assert "云岭市 <test>" in said
    assert "件" in said
    assert TOLD[0] in said


def test_the_legend_names_the_densities_of_its_colours_in_their_unit() -> None:
    made = surface(4)
    rate = DensitySurface(made.per_km2, BOUNDS, 1200.0, 4321, per_10k=made.per_km2 * 3)
    svg = legend_svg(rate, Language.EN, unit="heads", told=())
    assert "heads per 10,000 residents" in svg
    assert f"{ramp_value(1.0, top_shown(rate)):.0f}<" in svg
    assert top_shown(rate) == pytest.approx(3 * top_shown(made), rel=1e-5)
