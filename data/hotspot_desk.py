"""The desk of hotspots: readings of the columnar copy, for whom the database shows its name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from data.counts.opening import OpenCopies
from data.counts.refreshing import in_force
from data.counts.snapshot import Snapshot
from data.desks import CityDesk, Shapes
from data.reads import coverage
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
from grid.principals import Principal
from grid.questions import DataVersion
from grid.refusals import Refused


class HotspotDesk(CityDesk):
    """``grid.ports.HotspotDesk`` over the copy in force and PostGIS."""

    def __init__(self, engine: Engine, principal: Principal, shapes: Shapes, copies: OpenCopies) -> None:
        super().__init__(engine, principal, shapes)
        self._copies = copies

    def state(self) -> CountsState:
        """Return what the counts are made from."""
        row = self._in_force()
        return CountsState(DataVersion(row.data_version, row.changed_at), row.rows)

    def counts(self, level: Level, matters: MatterFilter) -> AreaCounts:
        """Return the count of every area of a level."""
        return self._snapshot().counts(level, matters)

    def days(self, matters: MatterFilter) -> DayCounts:
        """Return the count of every day."""
        return self._snapshot().days(matters)

    def split(self, matters: MatterFilter, by: Dimension) -> tuple[tuple[str, int], ...]:
        """Return the count of every value of a dimension."""
        return self._snapshot().split(matters, by)

    def playback(self, level: Level, matters: MatterFilter, step: Step) -> Playback:
        """Return one picture of counts after the other."""
        return self._snapshot().playback(level, matters, step)

    def surface(
        self,
        matters: MatterFilter,
        *,
        bandwidth_m: float | None = None,
        adaptive: bool = False,
        per_residents: bool = False,
    ) -> DensitySurface | None:
        """Return the kernel density."""
        self._in_force()
        raise NotImplementedError  # helper "density": one delegation over self._snapshot()

    def significance(self, level: Level, matters: MatterFilter, method: Method) -> Significance:
        """Return which areas are hot or cold."""
        self._in_force()
        raise NotImplementedError  # helper "significance": one delegation over self._snapshot()

    def emerging(self, level: Level, matters: MatterFilter) -> Emerging:
        """Return how hot spots have come about."""
        self._in_force()
        raise NotImplementedError  # helper "significance": one delegation over self._snapshot()

    def sites(self, matters: MatterFilter) -> tuple[IssueSite, ...]:
        """Return the issue sites."""
        self._in_force()
        raise NotImplementedError  # helper "significance": one delegation

    def coverage(self, on: date) -> CoverageBook | None:
        """Return the plan in force."""
        return self._read(coverage.published_book, on)

    def export(self, level: Level, matters: MatterFilter, kind: str, say: Callable[..., str]) -> bytes:
        """Return the findings of a level as a file."""
        self._in_force()
        raise NotImplementedError  # helper "open": one delegation over self._snapshot()

    def _snapshot(self) -> Snapshot:
        """Return the copy in force; the database decides anew for each reading whether it may be read."""
        for _ in range(2):
            snapshot = self._copies.open(self._in_force().name)
            if snapshot is not None:
                return snapshot
            # Between the reading of its name and this a newer one took its place.
        raise Refused("counts_not_ready")

    def _in_force(self) -> Any:
        row = self._read(_row_in_force)
        if row is None:
            raise Refused("counts_not_ready")
        return row


def _row_in_force(session: Session) -> Any:
    return in_force(session)
