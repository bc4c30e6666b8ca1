"""The world as screens know it: the ports of ``grid/ports/`` filled by the desks of ``data/desks.py``."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from sqlalchemy import Engine

from data.access.gate import PostgisGate
from data.audits import AuditBook
from data.clock_desk import ClocksDesk
from data.counts.opening import OpenCopies
from data.desks import CardDesk, MattersDesk, PatchDesk, Shapes, UploadDesk, WallDesk
from data.finding_desk import Areas, FindingDesk
from data.hotspot_density import Grounds
from data.hotspot_desk import HotspotDesk
from data.hotspot_findings import Adjacencies
from data.patch_plan_desk import TownDesk
from data.plan_desk import Books, PlannerDesk
from data.review_desk import ReviewDesk
from data.service_desk import ServiceDesk
from data.siting_desk import SitingDesk
from data.supervision_desk import SupervisionDesk
from data.tiles.desk import Shelf, TileDesk
from data.tour_desk import TourDesk
from data.unit_desk import UnitDesk
from data.writes.accounts import AccountBook
from grid.principals import Principal


class PostgisStore:
    """All ports over one engine, and what the worker makes in the folders ``counts`` and ``tiles``."""

    def __init__(self, engine: Engine, counts: Path | None = None, tiles: Path | None = None) -> None:
        self._engine = engine
        self._copies = OpenCopies(counts)
        self._grounds = Grounds()
        self._adjacencies = Adjacencies()
        self._gate = PostgisGate(engine)
        # An edition's shapes never change and are everybody's, so that they may be kept for good.
        self._shapes: Shapes = OrderedDict()
        self._books: Books = OrderedDict()
        self._areas = Areas()
        self._shelf = Shelf(tiles)

    def gate(self) -> PostgisGate:
        """Return the gate."""
        return self._gate

    def wall(self, principal: Principal) -> WallDesk:
        """Return the wall's readings."""
        return WallDesk(self._engine, principal, self._shapes, self._adjacencies)

    def tiles(self, principal: Principal) -> TileDesk:
        """Return the readings of baked tiles."""
        return TileDesk(self._engine, principal, self._shelf)

    def cards(self, principal: Principal) -> CardDesk:
        """Return the readings behind cards."""
        return CardDesk(self._engine, principal)

    def patch(self, principal: Principal) -> PatchDesk:
        """Return the patch's readings."""
        return PatchDesk(self._engine, principal, self._shapes)

    def matters(self, principal: Principal) -> MattersDesk:
        """Return the register's desk."""
        return MattersDesk(self._engine, principal, self._shapes)

    def review(self, principal: Principal) -> ReviewDesk:
        """Return the desk of the review of places."""
        return ReviewDesk(self._engine, principal, self._shapes, self._areas)

    def finding(self, principal: Principal) -> FindingDesk:
        """Return the search's desk."""
        return FindingDesk(self._engine, principal, self._areas)

    def service(self, principal: Principal) -> ServiceDesk:
        """Return the desk of the service network."""
        return ServiceDesk(self._engine, principal, self._shapes)

    def siting(self, principal: Principal) -> SitingDesk:
        """Return the desk of siting."""
        return SitingDesk(self._engine, principal, self._shapes)

    def hotspots(self, principal: Principal) -> HotspotDesk:
        """Return the desk of hotspots."""
        return HotspotDesk(
            self._engine,
            principal,
            self._shapes,
            self._copies,
            grounds=self._grounds,
            adjacencies=self._adjacencies,
        )

    def supervision(self, principal: Principal) -> SupervisionDesk:
        """Return the desk of supervision."""
        return SupervisionDesk(self._engine, principal, self._shapes)

    def units(self, principal: Principal) -> UnitDesk:
        """Return the desk of units."""
        return UnitDesk(self._engine, principal, self._shapes)

    def plan(self, principal: Principal) -> PlannerDesk:
        """Return the planner's desk."""
        return PlannerDesk(self._engine, principal, self._shapes, self._books)

    def patch_plans(self, principal: Principal) -> TownDesk:
        """Return the desk of patch plans."""
        return TownDesk(self._engine, principal, self._shapes)

    def tours(self, principal: Principal) -> TourDesk:
        """Return the desk of tours."""
        return TourDesk(self._engine, principal, self._shapes)

    def imports(self, principal: Principal) -> UploadDesk:
        """Return the import desk."""
        return UploadDesk(self._engine, principal)

    def accounts(self, principal: Principal) -> AccountBook:
        """Return the administrator's desk."""
        return AccountBook(self._engine, principal)

    def clocks(self, principal: Principal) -> ClocksDesk:
        """Return the desk of calendar and rules."""
        return ClocksDesk(self._engine, principal)

    def audit(self, principal: Principal) -> AuditBook:
        """Return the auditor's desk."""
        return AuditBook(self._engine, principal)
