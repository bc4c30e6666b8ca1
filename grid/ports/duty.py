"""The service network and the planner's board."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Protocol

from grid.coverage import CoverageBook, CoveragePlan
from grid.ports.shared import CityReads
from grid.service import ServiceNetwork
from grid.service_lists import ServiceQuestion


class ServiceDesk(CityReads, Protocol):
    """Readings of the service network."""

    def network(self, within: int | None = None) -> ServiceNetwork:
        """Return the network of an area, or of the city; raises ``Refused('area_unknown')``."""

    def export(self, question: ServiceQuestion, say: Callable[..., str], *, as_csv: bool = False) -> bytes:
        """Return all rows of a list as a workbook (XLSX) or as CSV; ``say(key)`` gives the words; audited.

        Raises ``Refused('area_unknown')``.
        """


class PlanDesk(CityReads, Protocol):
    """Readings and writings of the planner's board."""

    def coverage(self, on: date) -> CoverageBook | None:
        """Return the published plan in force on a day, or none."""

    def plan_book(self, plan_id: int) -> CoverageBook:
        """Return any plan; raises ``Refused('plan_unknown')``."""

    def drafts(self) -> tuple[CoveragePlan, ...]:
        """Return the drafts, newest first."""

    def save_draft(self, plan: CoveragePlan) -> CoveragePlan:
        """Save a draft under its optimistic lock and return it with its new id and version.

        Raises ``Refused('plan_changed_meanwhile')`` when another saved it first, ``('plan_unknown')``,
        ``('plan_not_draft')``, ``('plan_base_unusable')``, or what ``grid.planning.read_name`` raises.
        """

    def discard_draft(self, plan_id: int, version: int) -> None:
        """Delete a draft as it was seen in ``version``.

        Raises ``Refused('plan_unknown')``, ``('plan_not_draft')``, ``('plan_changed_meanwhile')`` or
        ``('plan_has_drafts')`` when other drafts start from it.
        """
