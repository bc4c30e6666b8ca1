"""Places: where a matter's problem is, how surely and how finely that is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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
    DECISION = "decision"
    """A person's decision on the address text."""
    WORKER = "worker"
    """A grid worker on the spot."""
    NONE = "none"


class PlaceReason(StrEnum):
    """Why a place is as it is; every member has words in the locale files."""

    ADDRESS_MISSING = "address_missing"
    """Empty, or a word such as 不详 or 无."""
    ADDRESS_REFERS_ELSEWHERE = "address_refers_elsewhere"
    """同上 and the like."""
    NOTHING_RECOGNISED = "nothing_recognised"
    ONLY_CITY_NAMED = "only_city_named"
    OTHER_CITY_NAMED = "other_city_named"
    UNKNOWN_NAME = "unknown_name"
    """Something that looks like a name of an area, a road or an estate is in no gazetteer."""
    SIMILAR_NAME = "similar_name"
    """A name was found only by sound or with one character changed."""
    NAMES_CONTRADICT = "names_contradict"
    SHORT_NAME_ONLY = "short_name_only"
    """A single name without its suffix, which may mean anything."""
    RIVALS = "rivals"
    """Several places have what was written."""
    CROSSING = "crossing"
    """More than one road is named."""
    NUMBER_OUT_OF_RANGE = "number_out_of_range"
    ROAD_WITHOUT_NUMBER = "road_without_number"
    NEAR_ONLY = "near_only"
    """附近, 对面: beside the place named, not at it."""
    FUNCTIONAL_AREA_ONLY = "functional_area_only"
    COORDINATE_INCOMPLETE = "coordinate_incomplete"
    COORDINATE_ZERO = "coordinate_zero"
    COORDINATE_SWAPPED = "coordinate_swapped"
    COORDINATE_NOT_DEGREES = "coordinate_not_degrees"
    COORDINATE_ROUNDED = "coordinate_rounded"
    """Two decimals or fewer: a kilometre."""
    COORDINATE_OUTSIDE = "coordinate_outside"
    COORDINATE_JUST_OUTSIDE = "coordinate_just_outside"
    """Within some metres of an area, but in none."""
    DATUM_ASSUMED = "datum_assumed"
    ADDRESS_DISAGREES = "address_disagrees"
    CODE_DISAGREES = "code_disagrees"
    CODE_UNKNOWN = "code_unknown"
    CODE_AMBIGUOUS = "code_ambiguous"
    WORKER_DISPUTES = "worker_disputes"
    """The grid worker says that it is not in the patch."""
    AREA_REPLACED = "area_replaced"
    """Its area was replaced by new boundaries and has no successor."""


@dataclass(frozen=True, slots=True)
class PlaceRequest:
    """What a source says of where a matter's problem is; any part may be missing.

    ``lon`` and ``lat`` are degrees as written, in ``datum`` (none: CGCS2000 is assumed); ``code`` is the code
    of an area that holds it. ``on`` is the matter's day: it belongs to the areas valid then (none: today's).
    """

    address: str
    lon: float | None = None
    lat: float | None = None
    datum: Datum | None = None
    code: str | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a matter's problem is.

    ``lon`` and ``lat`` (degrees, EPSG:4490) exist only for a matter that came with coordinates or matched a
    gazetteer entry that is itself a point: a centroid never becomes a dot. Area ids are filled down to the
    granularity and no further. ``reasons`` are codes with words, the gravest first;
    ``candidates`` are area ids for a reviewer.
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
    decision_id: int | None = None
    """The decision that placed it, where ``method`` is one."""

    def __post_init__(self) -> None:
        if self.lon is not None and self.granularity not in {Granularity.POINT, Granularity.BUILDING}:
            raise ValueError("a place known only to an area has no point")

    @property
    def finest_area_id(self) -> int | None:
        """Id of the narrowest area known, none for no area."""
        ids = (self.grid_id, self.village_id, self.town_id, self.county_id)
        return next((area_id for area_id in ids if area_id is not None), None)


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
