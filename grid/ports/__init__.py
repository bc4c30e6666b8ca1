"""What a screen may ask of the world: Protocols that ``app.py`` fills from storage and a test with a fake."""

from __future__ import annotations

from typing import Protocol

from grid.ports.access import AccountsDesk, AuditDesk, Gate
from grid.ports.clocks import ClocksDesk
from grid.ports.finding import FindingDesk
from grid.ports.hotspots import HotspotDesk
from grid.ports.intake import ImportDesk
from grid.ports.matters import MattersDesk, PatchReads, ReviewDesk
from grid.ports.patches import PatchPlanDesk
from grid.ports.planning import PlanDesk
from grid.ports.service import ServiceDesk
from grid.ports.shared import CardReads, CityReads, WallReads
from grid.ports.siting import SitingDesk
from grid.ports.supervision import SupervisionDesk
from grid.ports.tiles import TileReads
from grid.ports.tours import TourDesk
from grid.ports.units import UnitDesk
from grid.principals import Principal

__all__ = [
    "AccountsDesk",
    "AuditDesk",
    "CardReads",
    "CityReads",
    "ClocksDesk",
    "FindingDesk",
    "Gate",
    "HotspotDesk",
    "ImportDesk",
    "MattersDesk",
    "PatchPlanDesk",
    "PatchReads",
    "PlanDesk",
    "ReviewDesk",
    "ServiceDesk",
    "SitingDesk",
    "Store",
    "SupervisionDesk",
    "TileReads",
    "TourDesk",
    "UnitDesk",
    "WallReads",
]


class Store(Protocol):
    """The whole world as screens know it: one port each, on behalf of a principal."""

    def gate(self) -> Gate:
        """Return the gate."""

    def wall(self, principal: Principal) -> WallReads:
        """Return the wall's readings."""

    def tiles(self, principal: Principal) -> TileReads:
        """Return the readings of baked tiles."""

    def cards(self, principal: Principal) -> CardReads:
        """Return the readings behind cards."""

    def patch(self, principal: Principal) -> PatchReads:
        """Return the patch's readings."""

    def matters(self, principal: Principal) -> MattersDesk:
        """Return the register's desk."""

    def review(self, principal: Principal) -> ReviewDesk:
        """Return the desk of the review of places."""

    def finding(self, principal: Principal) -> FindingDesk:
        """Return the search's desk."""

    def service(self, principal: Principal) -> ServiceDesk:
        """Return the desk of the service network."""

    def siting(self, principal: Principal) -> SitingDesk:
        """Return the desk of siting."""

    def hotspots(self, principal: Principal) -> HotspotDesk:
        """Return the desk of hotspots."""

    def units(self, principal: Principal) -> UnitDesk:
        """Return the desk of units."""

    def supervision(self, principal: Principal) -> SupervisionDesk:
        """Return the desk of supervision."""

    def plan(self, principal: Principal) -> PlanDesk:
        """Return the planner's desk."""

    def patch_plans(self, principal: Principal) -> PatchPlanDesk:
        """Return the desk of patch plans."""

    def tours(self, principal: Principal) -> TourDesk:
        """Return the desk of tours."""

    def imports(self, principal: Principal) -> ImportDesk:
        """Return the import desk."""

    def accounts(self, principal: Principal) -> AccountsDesk:
        """Return the administrator's desk."""

    def clocks(self, principal: Principal) -> ClocksDesk:
        """Return the administrator's desk of calendar and rules."""

    def audit(self, principal: Principal) -> AuditDesk:
        """Return the auditor's desk."""
