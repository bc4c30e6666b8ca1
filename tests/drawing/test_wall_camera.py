"""The camera shows a city as large as the panels allow, and nothing of it under them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.map_camera import Padding, Viewport, fit_camera, mercator_lat, mercator_y

WALL = Padding(372, 116, 428, 172)
SIZES = [Viewport(1920, 1080), Viewport(3840, 2160), Viewport(2560, 1080)]


@st.composite
def boxes(draw: st.DrawFn) -> tuple[float, float, float, float]:
    west, south = draw(st.floats(-170, 160)), draw(st.floats(-60, 60))
    return west, south, west + draw(st.floats(0.01, 8)), south + draw(st.floats(0.01, 8))


@pytest.mark.parametrize("viewport", SIZES)
@given(bounds=boxes())
def test_a_city_fills_its_free_area_exactly(
    viewport: Viewport, bounds: tuple[float, float, float, float]
) -> None:
    camera = fit_camera(bounds, viewport, WALL, margin=0.0)
    left, top = camera.to_px(bounds[0], bounds[3])
    right, bottom = camera.to_px(bounds[2], bounds[1])
    assert left >= WALL.left - 0.01
    assert top >= WALL.top - 0.01
    assert right <= viewport.width - WALL.right + 0.01
    assert bottom <= viewport.height - WALL.bottom + 0.01
    spare_x = viewport.width - WALL.left - WALL.right - (right - left)
    spare_y = viewport.height - WALL.top - WALL.bottom - (bottom - top)
    assert min(spare_x, spare_y) == pytest.approx(0, abs=0.01) or camera.zoom == pytest.approx(16)
    assert left - WALL.left == pytest.approx(spare_x / 2, abs=0.01)
    assert top - WALL.top == pytest.approx(spare_y / 2, abs=0.01)


def test_a_point_has_a_camera_too() -> None:
    camera = fit_camera((112.0, 28.0, 112.0, 28.0), SIZES[0], WALL)
    assert 0 < camera.zoom <= 16


@given(st.floats(-84, 84))
def test_mercator_goes_back_and_forth(lat: float) -> None:
    assert mercator_lat(mercator_y(lat)) == pytest.approx(lat, abs=1e-9)


def test_ground_resolution_is_that_of_the_web_mercator_tile_scheme() -> None:
    camera = fit_camera((0.0, -0.001, 360.0, 0.001), Viewport(512, 512), Padding(0, 0, 0, 0), margin=0.0)
    assert camera.zoom == pytest.approx(0, abs=1e-6)
    assert camera.metres_per_px == pytest.approx(78271.5, rel=1e-3)


@pytest.mark.parametrize(("viewport", "scale"), [(SIZES[0], 1.0), (SIZES[1], 2.0), (SIZES[2], 1.0)])
def test_everything_is_drawn_for_the_screen(viewport: Viewport, scale: float) -> None:
    assert viewport.scale == pytest.approx(scale)
