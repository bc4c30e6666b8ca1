"""A town's grids on the planner's board: what the board asks of plans, answered from the desk of patches."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from grid.areas import Area, Level
from grid.coverage import CoverageBook, CoveragePlan, PlanState
from grid.patches.book import TODAY_ID, holders_of, town_book
from grid.patches.town import PatchPlan, Town
from grid.ports import PatchPlanDesk
from grid.questions import City, DataVersion
from grid.refusals import Refused

_MARGIN = 0.08
"""Of the town's extent, around the label points of its grids."""
_LEAST_DEG = 0.004


class TownBoard:
    """What the board asks of ``grid.ports.PlanDesk``, of one town, which is read once.

    The plan with the id ``TODAY_ID`` says who has which grid today; drafts start from it.
    """

    def __init__(self, desk: PatchPlanDesk, town_id: int, post: str) -> None:
        self._desk, self._town_id, self._post = desk, town_id, post
        self._read: Town | None = None

    @property
    def town(self) -> Town:
        """The town; raises ``Refused('town_unknown')``."""
        if self._read is None:
            self._read = self._desk.town(self._town_id)
        return self._read

    def version(self) -> DataVersion:
        """Return the data version."""
        return self._desk.version()

    def city(self) -> City:
        """Return the city with the town's bounds, for the camera."""
        return replace(self._desk.city(), bounds=_bounds([grid.area for grid in self.town.grids]))

    def areas(self, level: Level) -> tuple[Area, ...]:
        """Return the town's own grids."""
        return tuple(grid.area for grid in self.town.grids) if level is Level.GRID else ()

    def breaks(self, level: Level) -> tuple[date, ...]:
        """Return the days on which a level's boundaries changed."""
        return self._desk.breaks(level)

    def shapes(self, level: Level, edition_id: int) -> bytes:
        """Return an edition's shapes."""
        return self._desk.shapes(level, edition_id)

    def coverage(self, on: date) -> CoverageBook | None:
        """Return who has which grid today, whatever the day; none for a town without grids."""
        return self.plan_book(TODAY_ID) if self.town.grids else None

    def plan_book(self, plan_id: int) -> CoverageBook:
        """Return today's patches or a plan of this town; raises ``Refused('patches_unknown')``."""
        plan = None if plan_id == TODAY_ID else self._plan(plan_id)
        at = plan.created_at if plan else self._published_at()
        return town_book(self.town, self._post, at.date() if at else self._desk.city().today, plan)

    def drafts(self) -> tuple[CoveragePlan, ...]:
        """Return the drafts of this town, newest first."""
        drafts = (plan for plan in self.town.plans if plan.state is PlanState.DRAFT)
        return tuple(self.plan_book(plan.id).plan for plan in drafts)

    def save_draft(self, plan: CoveragePlan) -> CoveragePlan:
        """Save a draft; what is demanded of it (pins and the like) is the board's alone."""
        asked = PatchPlan(plan.id, self._town_id, plan.name, plan.state, plan.version, holders_of(plan))
        saved, version = self._desk.save_patches(asked)
        self._read = None
        return replace(plan, id=saved, version=version)

    def discard_draft(self, plan_id: int, version: int) -> None:
        """Delete a draft of this town as it was seen."""
        self._plan(plan_id)
        self._desk.discard_patches(plan_id, version)
        self._read = None

    def _published_at(self) -> datetime | None:
        in_force = (plan for plan in self.town.plans if plan.state is PlanState.PUBLISHED)
        return next((plan.published_at for plan in in_force), None)

    def _plan(self, plan_id: int) -> PatchPlan:
        found = next((plan for plan in self.town.plans if plan.id == plan_id), None)
        if found is None:
            raise Refused("patches_unknown", plan=plan_id)
        return found


def _bounds(areas: list[Area]) -> tuple[float, float, float, float] | None:
    """Return west, south, east and north around label points, with room for the grids themselves."""
    if not areas:
        return None
    lons, lats = [area.label_lon for area in areas], [area.label_lat for area in areas]
    wide = max(_LEAST_DEG, _MARGIN * (max(lons) - min(lons)))
    high = max(_LEAST_DEG, _MARGIN * (max(lats) - min(lats)))
    return min(lons) - wide, min(lats) - high, max(lons) + wide, max(lats) + high
