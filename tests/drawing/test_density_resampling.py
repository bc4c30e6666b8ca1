"""A density's pixels lie where its cells do on the ground, between the values of the cells around them."""

from __future__ import annotations

import numpy as np
import pytest
from pyproj import Transformer
from scipy import ndimage

from grid.density_frame import CRS, density_frame
from layers.density import resample
from layers.map_camera import mercator_lat, mercator_y

BOUNDS = (112.0, 27.0, 113.1, 27.9)
EPSG = 4546


def metres_of_pixels(shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return northing and easting of the middle of every pixel of a picture over the bounds."""
    west, south, east, north = BOUNDS
    lon = west + (np.arange(shape[1]) + 0.5) / shape[1] * (east - west)
    share = (np.arange(shape[0]) + 0.5) / shape[0]
    lat = [mercator_lat(mercator_y(north) + one * (mercator_y(south) - mercator_y(north))) for one in share]
    x, y = Transformer.from_crs(CRS, f"EPSG:{EPSG}", always_xy=True).transform(*np.meshgrid(lon, lat))
    return y, x


@pytest.mark.parametrize("rows_and_columns", [(40, 40), (30, 50)])
def test_pixels_take_from_the_cells_around_them(rows_and_columns: tuple[int, int]) -> None:
    rows, cols = rows_and_columns
    frame = density_frame(BOUNDS, EPSG)
    west, south, east, north = frame.bounds_m
    values = np.random.default_rng(1).random((rows, cols)).astype(np.float32)
    picture = resample(values, frame.bounds_m, BOUNDS, EPSG)
    y, x = metres_of_pixels(picture.shape)
    at = np.stack([(y - south) / (north - south) * rows - 0.5, (x - west) / (east - west) * cols - 0.5])
    expected = ndimage.map_coordinates(values, at, order=1, mode="grid-constant")
    # The projection is interpolated on a lattice, which is off by a few metres.
    np.testing.assert_allclose(picture, expected, atol=0.01)


def test_around_the_cells_is_nothing() -> None:
    values = np.ones((8, 8), np.float32)
    small = density_frame((112.5, 27.4, 112.6, 27.5), EPSG).bounds_m
    picture = resample(values, small, BOUNDS, EPSG)
    assert picture.max() == pytest.approx(1)
    assert not any(edge.any() for edge in (picture[0], picture[-1], picture[:, 0], picture[:, -1]))
    assert 0 < (picture > 0).mean() < 0.2
