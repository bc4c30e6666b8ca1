"""The camera: which centre and zoom make a box of degrees fill the free part of a map exactly.

Web Mercator with MapLibre's 512-pixel world tile; pixels are CSS pixels of the browser's viewport.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

WORLD_TILE_PX = 512
METRES_PER_DEGREE = 111_319.49
_DESIGN_PX = (1920, 1080)
_CLOSEST_ZOOM = 16.0
_ROOM = 0.35
"""How much of a box's extent is shown around it on each side."""

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Viewport:
    """Size of the browser's window in CSS pixels."""

    width: int
    height: int

    @property
    def scale(self) -> float:
        """How much larger than the 1920 by 1080 design everything is drawn."""
        return min(self.width / _DESIGN_PX[0], self.height / _DESIGN_PX[1])


@dataclass(frozen=True, slots=True)
class DeskViewport(Viewport):
    """A map beside a list: text has the size of the desk's other text, however small the map."""

    text_scale: float = 0.5

    @property
    def scale(self) -> float:
        """How large text and lines are, beside the wall's at 1920 by 1080."""
        return self.text_scale


@dataclass(frozen=True, slots=True)
class Padding:
    """Pixels that panels take from each side of the map."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Camera:
    """Centre in degrees and zoom of the whole viewport."""

    lon: float
    lat: float
    zoom: float
    viewport: Viewport

    @property
    def world_px(self) -> float:
        """Width of the whole world at this zoom."""
        return WORLD_TILE_PX * math.exp2(self.zoom)

    @property
    def metres_per_px(self) -> float:
        """Ground resolution at the centre."""
        return METRES_PER_DEGREE * 360 * math.cos(math.radians(self.lat)) / self.world_px

    def to_px(self, lon: float, lat: float) -> tuple[float, float]:
        """Return where a point is seen, from the viewport's upper left corner."""
        return (
            self.viewport.width / 2 + (mercator_x(lon) - mercator_x(self.lon)) * self.world_px,
            self.viewport.height / 2 - (mercator_y(lat) - mercator_y(self.lat)) * self.world_px,
        )

    def moved(self, lon: float, lat: float, right_px: float, down_px: float) -> tuple[float, float]:
        """Return the point that is seen so many pixels right of and below another."""
        x = mercator_x(lon) + right_px / self.world_px
        y = mercator_y(lat) - down_px / self.world_px
        return 360 * (x - 0.5), mercator_lat(y)


def bounds_around(
    areas: Iterable[int], shapes: Mapping[int, BaseGeometry], *, least: tuple[float, float] = (0.0, 0.0)
) -> Bounds | None:
    """Return the box of areas with room around (see ``with_room``), none where none of them has a shape."""
    found = [shapes[area] for area in areas if area in shapes]
    if not found:
        return None
    west, south, east, north = (float(side) for side in shapely.total_bounds(found))
    return with_room((west, south, east, north), least=least)


def with_room(bounds: Bounds, *, least: tuple[float, float] = (0.0, 0.0)) -> Bounds:
    """Return a box with room on each side, so that one sees where it lies.

    It comes out at least so wide and so high as ``least``, in degrees.
    """
    west, south, east, north = bounds
    across = max((east - west) * _ROOM, (least[0] - (east - west)) / 2)
    up = max((north - south) * _ROOM, (least[1] - (north - south)) / 2)
    return west - across, south - up, east + across, north + up


def fit_camera(bounds: Bounds, viewport: Viewport, padding: Padding, *, margin: float = 0.03) -> Camera:
    """Return the camera that shows ``bounds`` (west, south, east, north) as large as the free area allows.

    ``margin`` is the share of the free area left empty on each side. A box without extent is shown at a close
    zoom.
    """
    west, south, east, north = bounds
    free_width = max(1.0, (viewport.width - padding.left - padding.right) * (1 - 2 * margin))
    free_height = max(1.0, (viewport.height - padding.top - padding.bottom) * (1 - 2 * margin))
    span_x = max(mercator_x(east) - mercator_x(west), 1e-9)
    span_y = max(mercator_y(north) - mercator_y(south), 1e-9)
    zoom = min(
        math.log2(min(free_width / span_x, free_height / span_y) / WORLD_TILE_PX),
        _CLOSEST_ZOOM,
    )
    world_px = WORLD_TILE_PX * math.exp2(zoom)
    x = (mercator_x(west) + mercator_x(east)) / 2 - (padding.left - padding.right) / 2 / world_px
    y = (mercator_y(south) + mercator_y(north)) / 2 + (padding.top - padding.bottom) / 2 / world_px
    return Camera(360 * (x - 0.5), mercator_lat(y), zoom, viewport)


def mercator_x(lon: float) -> float:
    """Return Web Mercator's x as a share of the world's width, 0 at 180°W."""
    return lon / 360 + 0.5


def mercator_y(lat: float) -> float:
    """Return Web Mercator's y as a share of the world's width, 0.5 on the equator, growing northwards."""
    return 0.5 + math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)


def mercator_lat(y: float) -> float:
    """Return the latitude of Web Mercator's y; inverse of ``mercator_y``."""
    return math.degrees(2 * math.atan(math.exp(2 * math.pi * (y - 0.5))) - math.pi / 2)
