"""What an address asks of the service network, trusting nothing in it; and the address of a state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

from grid.areas import Area, AreaKind
from grid.refusals import Refused
from grid.service_lists import COLUMNS, FIRST_ORDER, ServiceColumn, ServiceList, ServiceQuestion

PAGE_PATH, EXPORT_PATH = "/service", "/service/export"
_UP, _DOWN = "asc", "desc"
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Asked:
    """A state of the page; ``county`` and ``town`` are ids, ``listed`` none for the list that fits."""

    county: int | None = None
    town: int | None = None
    listed: ServiceList | None = None
    sort: ServiceColumn | None = None
    descending: bool | None = None
    page: int = 1

    def question(self) -> ServiceQuestion:
        """Return what is asked; an order that a list does not have is its first one."""
        listed = self.listed or (ServiceList.PARTS if self.town is None else ServiceList.POINTS)
        column, descending = FIRST_ORDER[listed]
        if self.sort in COLUMNS[listed]:
            column = self.sort or column
            descending = column not in {ServiceColumn.AREA, ServiceColumn.POINT}
        if self.descending is not None:
            descending = self.descending
        within = self.county if self.town is None else self.town
        return ServiceQuestion(within, listed, column, descending, self.page)

    def narrowed(self, counties: Sequence[Area], towns: Sequence[Area]) -> Asked:
        """Return the state with a town of its county: one of another county is left out.

        Raises ``Refused('area_unknown')`` for an area that there is not.
        """
        by_id = {area.id: area for area in (*counties, *towns)}
        if {self.county, self.town} - {None} - set(by_id):
            raise Refused("area_unknown")
        town = by_id[self.town] if self.town is not None else None
        if town is None:
            is_overlaid = self.county is not None and by_id[self.county].kind is AreaKind.FUNCTIONAL
            return replace(self, listed=ServiceList.POINTS) if is_overlaid and self._has_no_list else self
        if self.county is not None and town.parent_id != self.county:
            return replace(self, town=None)
        listed = ServiceList.POINTS if self._has_no_list else self.listed
        return replace(self, county=town.parent_id, listed=listed)

    @property
    def _has_no_list(self) -> bool:
        return self.listed in {None, ServiceList.PARTS}

    def address(self, path: str = PAGE_PATH, **changes: Any) -> str:
        """Return the address of this state with some changes; whatever is new starts at page one."""
        form = changes.pop("form", None)
        state = replace(self, **({"page": 1} | changes))
        fields = {
            "county": state.county,
            "town": state.town,
            "list": state.listed,
            "sort": state.sort,
            "dir": None if state.descending is None else _DOWN if state.descending else _UP,
            "page": state.page if state.page > 1 else None,
            "form": form,
        }
        named = urlencode({name: str(value) for name, value in fields.items() if value})
        return f"{path}?{named}" if named else path

    def order_by(self, column: ServiceColumn) -> str:
        """Return the address of the order by a column; of the one in use, turned round."""
        now = self.question()
        if column is now.sort:
            return self.address(sort=column, descending=not now.descending)
        return self.address(sort=column, descending=None)

    def show(self, listed: ServiceList) -> str:
        """Return the address of another list of the same area."""
        return self.address(listed=listed, sort=None, descending=None)


def read_address(query: Mapping[str, object]) -> Asked:
    """Return what query values ask for; an unknown choice or page is as if it were not there."""
    way = query.get("dir")
    return Asked(
        county=_number(query.get("county")),
        town=_number(query.get("town")),
        listed=_choice(ServiceList, query.get("list")),
        sort=_choice(ServiceColumn, query.get("sort")),
        descending=way == _DOWN if way in (_UP, _DOWN) else None,
        page=min(_number(query.get("page")) or 1, 100_000),
    )


def _choice(choices: type[Choice], value: object) -> Choice | None:
    return choices(value) if isinstance(value, str) and value in set(choices) else None


def _number(value: object) -> int | None:
    """Return a whole number of a sane length; zero stays zero, which no area has."""
    is_number = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18
    return int(value) if is_number else None  # type: ignore[call-overload]
