"""Questions a screen may ask and the answers it gets: frozen, checked when made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from grid.areas import Area, Level
from grid.assisting import AssistTold
from grid.clocks.states import ClockState
from grid.coverage import Leader
from grid.listings import Listing
from grid.matters import Category, Channel, Stage
from grid.measures import Measure
from grid.places import Granularity, PlacedTotals
from grid.refusals import Refused
from grid.reviewing import ReportVerdict

LONGEST_PERIOD_DAYS = 366 * 10


@dataclass(frozen=True, slots=True)
class DataVersion:
    """Number and time of the last change of the data (time in UTC)."""

    number: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class City:
    """What every screen says of the city.

    ``bounds`` is (west, south, east, north) in degrees; ``editions`` gives the boundary edition whose shapes
    are current per level; ``synthetic`` demands the 演示数据 stamp; ``metric_epsg`` is the projected CRS in
    which distances and areas are measured; ``today`` is the database's day in the city's time zone.
    ``office_line`` is the supervision phone (监督电话) of the office, empty where none is set.
    """

    name: str
    synthetic: bool
    internal: bool
    source: str
    review_number: str
    bounds: tuple[float, float, float, float] | None
    metric_epsg: int | None
    editions: dict[Level, int]
    today: date
    office_line: str = ""


@dataclass(frozen=True, slots=True)
class MatterQuestion:
    """Which matters: registered from ``since`` to ``until``, both included; accusations never."""

    since: date
    until: date
    category: Category | None = None
    channel: Channel | None = None
    within: int | None = None
    """Id of the area that they are placed in."""

    def __post_init__(self) -> None:
        if self.until < self.since:
            raise Refused("period_reversed", since=self.since.isoformat(), until=self.until.isoformat())
        if (self.until - self.since).days > LONGEST_PERIOD_DAYS:
            raise Refused("period_too_long", days=LONGEST_PERIOD_DAYS)


@dataclass(frozen=True, slots=True)
class MonthCount:
    """Matters registered in one month; ``partial`` where the month is not over yet."""

    month: date
    count: int
    repeats: int
    partial: bool = False


@dataclass(frozen=True, slots=True)
class ServiceSummary:
    """Service network 代办 of an area (or the city). ``handled`` and ``resolved`` as reported, over
    ``since`` to ``until``; villages without any point are named by count."""

    towns: int
    stations: int
    points: int
    agents: int
    agents_by_kind: dict[str, int]
    handled: int
    resolved: int
    since: date | None
    until: date | None
    villages: int
    villages_without_point: int


@dataclass(frozen=True, slots=True)
class AreaCard:
    """What a click on an area opens; small counts are hidden in drawing, where the view is shared."""

    area: Area
    path: tuple[str, ...]
    """Names from the city down to the area."""
    measures: tuple[Measure, ...]
    placed: PlacedTotals
    trend: tuple[MonthCount, ...]
    categories: tuple[tuple[Category, int], ...]
    listing: Listing | None
    leaders: tuple[Leader, ...]
    service: ServiceSummary


@dataclass(frozen=True, slots=True)
class LeaderUnit:
    """One unit that a leader answers for."""

    unit_name: str
    area_id: int | None
    kind: str
    cases: int | None
    listing: Listing | None


@dataclass(frozen=True, slots=True)
class LeaderCard:
    """What a click on a leader opens."""

    leader: Leader
    units: tuple[LeaderUnit, ...]
    cases: int
    open_count: int
    overdue_count: int
    since: date


@dataclass(frozen=True, slots=True)
class PatchMatter:
    """One open matter on a grid worker's list; no text, no person.

    ``report`` is what the worker who asks last said of its place, none where that is settled. ``notes`` are
    what grid workers did about it, in the order of the steps taken, the newest last.
    """

    id: int
    matter_no: str
    category: Category
    channel: Channel
    stage: Stage
    registered_on: date
    due_on: date | None
    clock: ClockState | None
    days_left: int | None
    is_repeat: bool
    granularity: Granularity
    lon: float | None
    lat: float | None
    report: ReportVerdict | None = None
    notes: tuple[AssistTold, ...] = ()


@dataclass(frozen=True, slots=True)
class PatchPoint:
    """A service point near a patch."""

    name: str
    village_name: str
    agents: int
    lon: float | None
    lat: float | None
    distance_m: float | None


@dataclass(frozen=True, slots=True)
class Patch:
    """One grid as its worker sees it: outline as a GeoJSON geometry, open matters by clock, points near."""

    grid: Area
    path: tuple[str, ...]
    outline: dict[str, object]
    matters: tuple[PatchMatter, ...]
    closed_in_90_days: int
    points: tuple[PatchPoint, ...]


@dataclass(frozen=True, slots=True)
class JobView:
    """A background job as a page shows it: ``done`` of ``total`` rows of its step, ``eta_s`` seconds left.

    ``ahead`` counts the jobs before a queued one, ``waited_s`` is how long it has been queued; ``unchanged``
    where the file had been imported before, by the batch that ``batch_id`` names.
    """

    id: int
    state: str
    step: str
    done: int
    total: int | None
    error_code: str | None
    error_facts: dict[str, str | int | float] = field(default_factory=dict)
    batch_id: int | None = None
    eta_s: float | None = None
    ahead: int = 0
    waited_s: float = 0.0
    unchanged: bool = False
    cancelling: bool = False
    """It was called off, and the worker has not come to hear of it yet."""
