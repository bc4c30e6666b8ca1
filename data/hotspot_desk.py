"""The desk of hotspots: readings of the columnar copy, for whom the database shows its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from data import hotspot_density, hotspot_findings
from data.counts.opening import OpenCopies
from data.counts.refreshing import in_force
from data.counts.snapshot import Snapshot
from data.desks import CityDesk, Shapes
from data.hotspot_density import Grounds
from data.hotspot_export import ToExport, export_findings, export_surface, levels_counted
from data.hotspot_findings import Adjacencies
from data.reads import coverage, issue_sites
from grid.areas import Level
from grid.coverage import CoverageBook
from grid.density import DensitySurface
from grid.hotspots.adjacency import Neighbourhood
from grid.hotspots.density_surfaces import Smoothing
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
from grid.measures import MeasureUnit
from grid.principals import Principal
from grid.questions import DataVersion
from grid.refusals import Refused


class HotspotDesk(CityDesk):
    """``grid.ports.HotspotDesk`` over the copy in force and PostGIS.

    A desk serves one request, and answers all of it of one copy: the one that the database showed it first.
    """

    def __init__(
        self,
        engine: Engine,
        principal: Principal,
        shapes: Shapes,
        copies: OpenCopies,
        *,
        grounds: Grounds,
        adjacencies: Adjacencies,
    ) -> None:
        super().__init__(engine, principal, shapes)
        self._copies = copies
        self._grounds = grounds
        self._adjacencies = adjacencies
        self._copy: tuple[Any, Snapshot] | None = None

    def state(self) -> CountsState:
        """Return what the counts are made from."""
        row, _ = self._opened()
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
        smoothing = Smoothing(bandwidth_m, adaptive)
        return hotspot_density.surface(
            self._read, self._snapshot(), self._grounds, matters,
            smoothing=smoothing, per_residents=per_residents,
        )  # fmt: skip

    def significance(self, level: Level, matters: MatterFilter, method: Method) -> Significance:
        """Return which areas are hot or cold."""
        counted = self.counts(level, matters)
        return hotspot_findings.significance(self._neighbourhood(counted, matters), counted, matters, method)

    def emerging(self, level: Level, matters: MatterFilter) -> Emerging:
        """Return how hot spots have come about."""
        snapshot = self._snapshot()
        counted = snapshot.counts(level, matters)
        return hotspot_findings.emerging(self._neighbourhood(counted, matters), snapshot, counted, matters)

    def sites(self, matters: MatterFilter) -> tuple[IssueSite, ...]:
        """Return the issue sites."""
        return self._read(issue_sites.issue_sites, matters)

    def coverage(self, on: date) -> CoverageBook | None:
        """Return the plan in force."""
        return self._read(coverage.published_book, on)

    def export(self, level: Level, matters: MatterFilter, kind: str, say: Callable[..., str]) -> bytes:
        """Return the findings of a level as a file."""
        counted = replace(matters, unit=MeasureUnit.MATTERS)
        # All of one copy: what is hidden by the counts of one would be told by those of the next.
        given = ToExport(
            self.significance(level, matters, Method.GI_STAR),
            {each: self.counts(each, counted) for each in levels_counted(level)},
            matters,
            self.state(),
        )
        return self._note(export_findings, given, kind, say)

    def export_surface(
        self,
        matters: MatterFilter,
        *,
        bandwidth_m: float | None = None,
        adaptive: bool = False,
        per_residents: bool = False,
    ) -> DensitySurface:
        """Return a density that may be handed on."""
        found = self.surface(matters, bandwidth_m=bandwidth_m, adaptive=adaptive, per_residents=per_residents)
        return self._note(export_surface, found, matters)

    def _neighbourhood(self, counted: AreaCounts, matters: MatterFilter) -> Neighbourhood:
        read = hotspot_findings.read_neighbourhood
        return self._read(read, counted.level, counted.area_ids, matters.within, self._adjacencies)

    def _snapshot(self) -> Snapshot:
        """Return the copy in force; the database decides anew for each request whether it may be read."""
        return self._opened()[1]

    def _opened(self) -> tuple[Any, Snapshot]:
        """Return the row of the copy in force, and the copy."""
        self._copy = self._copy or self._open()
        return self._copy

    def _open(self) -> tuple[Any, Snapshot]:
        for _ in range(2):
            row = self._in_force()
            snapshot = self._copies.open(row.name)
            if snapshot is not None:
                return row, snapshot
            # Between the reading of its name and this a newer one took its place.
        raise Refused("counts_not_ready")

    def _in_force(self) -> Any:
        row = self._read(_row_in_force)
        if row is None:
            raise Refused("counts_not_ready")
        return row


def _row_in_force(session: Session) -> Any:
    return in_force(session)
