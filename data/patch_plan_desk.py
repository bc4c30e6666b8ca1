"""The desk of patch plans: ``grid.ports.PatchPlanDesk`` over PostGIS."""

from __future__ import annotations

from data.desks import CityDesk
from data.faults import refusing
from data.reads import patches as readings
from data.writes import patches
from grid.patches.town import PatchPlan, Town, TownState


class TownDesk(CityDesk):
    """``grid.ports.PatchPlanDesk`` over PostGIS."""

    def towns(self) -> tuple[TownState, ...]:
        """Return every town that has grids."""
        return self._read(readings.towns)

    def town(self, area_id: int) -> Town:
        """Return a town."""
        return self._read(readings.town, area_id)

    def patch_plan(self, plan_id: int) -> PatchPlan:
        """Return a patch plan."""
        return self._read(readings.plan, plan_id)

    def save_patches(self, plan: PatchPlan) -> tuple[int, int]:
        """Save a draft."""
        with refusing():
            return patches.save_draft(self._engine, self._principal, plan)

    def discard_patches(self, plan_id: int, version: int) -> None:
        """Delete a draft as it was seen."""
        with refusing():
            patches.discard_draft(self._engine, self._principal, plan_id, version)

    def propose_patches(self, plan_id: int, version: int) -> None:
        """Propose a draft."""
        with refusing():
            patches.propose(self._engine, self._principal, plan_id, version)

    def withdraw_patches(self, plan_id: int, version: int) -> None:
        """Take a proposal back."""
        with refusing():
            patches.withdraw(self._engine, self._principal, plan_id, version)

    def return_patches(self, plan_id: int, version: int) -> None:
        """Send a proposal back."""
        with refusing():
            patches.send_back(self._engine, self._principal, plan_id, version)

    def publish_patches(self, plan_id: int, version: int) -> None:
        """Put a proposal in force."""
        with refusing():
            patches.publish(self._engine, self._principal, plan_id, version)
