"""The board on which a town's grids are shared among its grid workers."""

from __future__ import annotations

from typing import Protocol

from grid.patches.town import PatchPlan, Town, TownState
from grid.ports.shared import CityReads


class PatchPlanDesk(CityReads, Protocol):
    """Readings and writings of patch plans (网格分工)."""

    def towns(self) -> tuple[TownState, ...]:
        """Return every town that has grids, with how they are shared."""

    def town(self, area_id: int) -> Town:
        """Return a town with grids, workers and plans; raises ``Refused('town_unknown')``."""

    def patch_plan(self, plan_id: int) -> PatchPlan:
        """Return a patch plan; raises ``Refused('patches_unknown')``."""

    def save_patches(self, plan: PatchPlan) -> tuple[int, int]:
        """Save a draft under its optimistic lock and return its id and version.

        Raises ``Refused``: ``patches_unknown``, ``patches_not_draft``, ``patches_changed_meanwhile``,
        ``patches_grid_elsewhere``, ``patches_worker_unknown``, ``town_unknown``, or of its name.
        """

    def discard_patches(self, plan_id: int, version: int) -> None:
        """Delete a draft as it was seen."""

    def propose_patches(self, plan_id: int, version: int) -> None:
        """Propose a draft; raises ``Refused('patches_incomplete')`` while a grid has no worker."""

    def withdraw_patches(self, plan_id: int, version: int) -> None:
        """Take a proposal back to a draft."""

    def return_patches(self, plan_id: int, version: int) -> None:
        """Send a proposal back to its planner."""

    def publish_patches(self, plan_id: int, version: int) -> None:
        """Put a proposal of somebody else in force at once.

        Raises ``Refused``: ``patches_not_proposed``, ``patches_own_proposal``, ``patches_incomplete``,
        ``patches_changed_meanwhile`` or ``not_allowed``.
        """
