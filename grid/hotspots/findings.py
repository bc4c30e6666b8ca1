"""What is said of concentration: classes of significance, kinds of trend, and named issue sites.

Every result carries method, parameters, n and caveats: "not significant" and "too few" are results.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from grid.areas import Level
from grid.matters import Category


class Method(StrEnum):
    """How significance is worked out."""

    GI_STAR = "gi_star"
    """Getis-Ord Gi*, analytic."""
    GI_STAR_PERMUTED = "gi_star_permuted"
    LOCAL_MORAN = "local_moran"


class HotspotClass(StrEnum):
    """What may be said of an area, after correction for asking of many (FDR)."""

    HOT_99 = "hot_99"
    HOT_95 = "hot_95"
    HOT_90 = "hot_90"
    NOT_SIGNIFICANT = "not_significant"
    COLD_90 = "cold_90"
    COLD_95 = "cold_95"
    COLD_99 = "cold_99"
    TOO_FEW = "too_few"
    """Too few matters, residents or neighbours to say anything."""


class Cluster(StrEnum):
    """Local Moran: an area's own value and that of its neighbours, high or low."""

    HIGH_HIGH = "high_high"
    LOW_LOW = "low_low"
    HIGH_LOW = "high_low"
    LOW_HIGH = "low_high"
    NOT_SIGNIFICANT = "not_significant"
    TOO_FEW = "too_few"


class Emergence(StrEnum):
    """How a hot spot has come about over months."""

    NEW = "new"
    INTENSIFYING = "intensifying"
    PERSISTENT = "persistent"
    DIMINISHING = "diminishing"
    SPORADIC = "sporadic"
    NONE = "none"
    """Never hot."""
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class AreaFinding:
    """What is said of one area.

    ``rate`` is per 10,000 residents, ``smoothed`` the same shrunk towards the city's by empirical Bayes; both
    none where residents are not known. ``z``, ``p`` (two-sided) and ``q`` (FDR) are none where too few.
    """

    area_id: int
    count: int
    rate: float | None
    smoothed: float | None
    z: float | None
    p: float | None
    q: float | None
    verdict: HotspotClass
    cluster: Cluster | None = None


@dataclass(frozen=True, slots=True)
class Significance:
    """Findings of the areas of a level; ``caveats`` are codes with words, ``parameters`` what was chosen."""

    level: Level
    method: Method
    n: int
    rows: tuple[AreaFinding, ...]
    parameters: dict[str, float | int | str] = field(default_factory=dict)
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EmergingArea:
    """One area over the months: ``hot`` tells of each month whether it was hot; Mann-Kendall of its Gi* z."""

    area_id: int
    emergence: Emergence
    hot: tuple[bool, ...]
    tau: float | None
    p: float | None


@dataclass(frozen=True, slots=True)
class Emerging:
    """The areas of a level over months; ``months`` are their first days."""

    level: Level
    months: tuple[date, ...]
    n: int
    rows: tuple[EmergingArea, ...]
    parameters: dict[str, float | int | str] = field(default_factory=dict)
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IssueSite:
    """A cluster of matters of one category around a place; see ``data.models.IssueSite``.

    ``months`` counts by month from ``since``; ``tau`` and ``p`` are Mann-Kendall's of these.
    """

    id: int
    category: Category
    name: str
    named_by: str
    path: tuple[str, ...]
    lon: float
    lat: float
    radius_m: float
    count: int
    open_count: int
    since: date
    until: date
    months: tuple[int, ...]
    tau: float | None
    p: float | None
