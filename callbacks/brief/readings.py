"""What several parts of a page are made from, read once a page."""

from __future__ import annotations

from functools import cached_property

from callbacks.brief.asked import Asked
from callbacks.tools import Tools
from grid.ports import UnitDesk, WallReads
from grid.published import Publication
from grid.questions import City
from grid.service import ServiceNetwork
from grid.unit_maps import ClockMap


class Readings:
    """The ports of one page in the name of who asks, with what is costly kept until the page is made."""

    def __init__(self, tools: Tools, asked: Asked) -> None:
        self.asked = asked
        self._tools, self._principal = tools, tools.principal()

    @cached_property
    def wall(self) -> WallReads:
        """The wall's readings."""
        return self._tools.store.wall(self._principal)

    @cached_property
    def city(self) -> City:
        """The city."""
        return self.wall.city()

    @cached_property
    def publication(self) -> Publication | None:
        """Which products are in force, none before the first."""
        return self.wall.publication()

    @cached_property
    def units(self) -> UnitDesk:
        """The desk of units."""
        return self._tools.store.units(self._principal)

    @cached_property
    def clocks(self) -> ClockMap:
        """The clocks of the level that is asked for."""
        return self.units.clock_map(self.asked.clock_level)

    @cached_property
    def network(self) -> ServiceNetwork:
        """The service network of the city."""
        return self._tools.store.service(self._principal).network()
