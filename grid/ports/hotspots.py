"""Free counts, density and significance over the whole city."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Protocol

from grid.areas import Level
from grid.coverage import CoverageBook
from grid.density import DensitySurface
from grid.hotspots.findings import Emerging, IssueSite, Method, Significance
from grid.hotspots.questions import (
    AreaCounts,
    CountsState,
    DayCounts,
    Dimension,
    MatterFilter,
    Playback,
    Step,
)
from grid.ports.shared import CityReads


class HotspotDesk(CityReads, Protocol):
    """Readings of the columnar copy of the matters, for roles that see the whole city.

    A desk is for one request, all of whose readings are of one copy.

    Each raises ``Refused('counts_not_ready')`` while there is no copy yet, and ``('area_unknown')`` for an
    area to look within that there is not.
    """

    def state(self) -> CountsState:
        """Return what the counts are made from; one cheap row."""

    def counts(self, level: Level, matters: MatterFilter) -> AreaCounts:
        """Return the count of every area of a level."""

    def days(self, matters: MatterFilter) -> DayCounts:
        """Return the count of every day of the filter's period."""

    def split(self, matters: MatterFilter, by: Dimension) -> tuple[tuple[str, int], ...]:
        """Return the count of every value of a dimension, most first, zeros left out."""

    def playback(self, level: Level, matters: MatterFilter, step: Step) -> Playback:
        """Return the counts of a level in one picture after the other."""

    def surface(
        self,
        matters: MatterFilter,
        *,
        bandwidth_m: float | None = None,
        adaptive: bool = False,
        per_residents: bool = False,
    ) -> DensitySurface | None:
        """Return the kernel density, none where nothing of the filter is placed to a point.

        Without a bandwidth the city's own is taken. Raises ``Refused('bandwidth_out_of_range')``.
        """

    def significance(self, level: Level, matters: MatterFilter, method: Method) -> Significance:
        """Return which areas are hot or cold."""

    def emerging(self, level: Level, matters: MatterFilter) -> Emerging:
        """Return how hot spots have come about over the months of the filter's period."""

    def sites(self, matters: MatterFilter) -> tuple[IssueSite, ...]:
        """Return the issue sites of the filter's categories and areas, most matters first."""

    def coverage(self, on: date) -> CoverageBook | None:
        """Return the published plan in force on a day, or none: a leader's areas are a filter."""

    def export(self, level: Level, matters: MatterFilter, kind: str, say: Callable[..., str]) -> bytes:
        """Return the findings of a level as ``csv`` or ``gpkg``; audited."""

    def export_surface(
        self,
        matters: MatterFilter,
        *,
        bandwidth_m: float | None = None,
        adaptive: bool = False,
        per_residents: bool = False,
    ) -> DensitySurface:
        """Return the kernel density to be handed on; audited.

        Raises ``Refused``: what ``surface`` raises, ``density_too_few`` where nothing of it would be seen,
        and ``density_narrow`` where it is of areas below township level alone.
        """
