"""A store for the leader's pages: the wall's city with its units and a service network."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from callbacks.tools import Tools
from grid.areas import Level
from grid.indicators.figures import Subject
from grid.listings import Quarter
from grid.principals import Role
from grid.refusals import Refused
from grid.service import ServiceNetwork
from grid.unit_maps import ListedUnit, ListingMap
from layers.words import Language
from tests.screens.access_city import someone
from tests.screens.service_city import FakeServiceDesk
from tests.screens.unit_maps_city import FakeUnitMaps
from tests.screens.wall_city import TODAY, FakeCards, FakeWall, city_areas, listings


class ListedUnits(FakeUnitMaps):
    """Units whose listings are the wall's."""

    def listing_map(self, quarter: Quarter | None) -> ListingMap:
        if self.refusal is not None:
            raise self.refusal
        assert quarter is not None
        codes = {area.id: area.code for level in (Level.COUNTY, Level.TOWN) for area in city_areas(level)}
        units = tuple(
            ListedUnit(
                Subject(
                    one.unit_id, one.area_id, None, one.unit_name,
                    codes.get(one.area_id or 0, f"d{one.unit_id}"), None,
                ),
                one.state, one.rank, one.previous_rank,
            )
            for one in listings(quarter)
        )  # fmt: skip
        return ListingMap(quarter, (quarter,), TODAY, units)


class CityService(FakeServiceDesk):
    """A network whose parts are counties of the wall's city."""

    def network(self, within: int | None = None) -> ServiceNetwork:
        found = super().network(within)
        counties = city_areas(Level.COUNTY)
        return replace(
            found,
            parts=tuple(replace(part, area=area) for part, area in zip(found.parts, counties, strict=False)),
        )


@dataclass
class BriefStore:
    """The ports that the leader's pages read, each in the name of who asks."""

    city: FakeWall = field(default_factory=FakeWall)
    listed: ListedUnits = field(default_factory=ListedUnits)
    network: CityService = field(default_factory=CityService)

    def wall(self, principal: object) -> FakeWall:
        return self.city

    def cards(self, principal: object) -> FakeCards:
        return self.city.cards(principal)

    def units(self, principal: object) -> ListedUnits:
        return self.listed

    def service(self, principal: object) -> CityService:
        return self.network

    def turn_down(self) -> None:
        """Let every port be without its database."""
        self.city.down = True
        self.listed.refusal = self.network.refusal = Refused("database_down")


def tools_of(store: BriefStore, language: Language = Language.ZH, role: Role = Role.LEADER) -> Tools:
    """Return tools over a store, signed in as a role."""
    return Tools(store=store, principal=lambda: someone(role), language=language)  # type: ignore[arg-type]
