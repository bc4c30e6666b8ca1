"""Places: where a matter's problem is, how surely and how finely that is known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from grid.datums import Datum


class PlaceStatus(StrEnum):
    """Outcome of placing one matter."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    UNMATCHED = "unmatched"
    OUT_OF_AREA = "out_of_area"


class Granularity(StrEnum):
    """How fine a place is; apart from how certain it is."""

    POINT = "point"
    BUILDING = "building"
    GRID = "grid"
    VILLAGE = "village"
    TOWN = "town"
    COUNTY = "county"
    NONE = "none"


class PlaceMethod(StrEnum):
    """What the place was derived from."""

    COORDINATES = "coordinates"
    ADDRESS = "address"
    CODE = "code"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PlaceRequest:
    """What a source says of where a matter's problem is; any part may be missing.

    ``lon`` and ``lat`` are degrees as written, in ``datum`` (none: CGCS2000 is assumed); ``code`` is the code
    of an area that holds it.
    """

    address: str
    lon: float | None = None
    lat: float | None = None
    datum: Datum | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a matter's problem is.

    ``lon`` and ``lat`` (degrees, EPSG:4490) exist only for a matter that came with coordinates or matched a
    gazetteer entry that is itself a point: a centroid never becomes a dot. Area ids are filled down to the
    granularity and no further. ``reasons`` are codes with words; ``candidates`` are area ids for a reviewer.
    """

    status: PlaceStatus
    granularity: Granularity
    method: PlaceMethod
    county_id: int | None = None
    town_id: int | None = None
    village_id: int | None = None
    grid_id: int | None = None
    functional_id: int | None = None
    lon: float | None = None
    lat: float | None = None
    reasons: tuple[str, ...] = ()
    candidates: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.lon is not None and self.granularity not in {Granularity.POINT, Granularity.BUILDING}:
            raise ValueError("a place known only to an area has no point")


@dataclass(frozen=True, slots=True)
class PlacedTotals:
    """How many matters are placed how finely: 已定位到点 / 网格 / 村 / 镇 / 县 / 未定位."""

    point: int
    grid: int
    village: int
    town: int
    county: int
    unplaced: int

    @property
    def total(self) -> int:
        """All matters asked about."""
        return self.point + self.grid + self.village + self.town + self.county + self.unplaced
