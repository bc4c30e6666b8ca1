"""The service network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

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
