"""The search's desk: ``grid.ports.FindingDesk`` over PostGIS, on behalf of one principal."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from data.desks import Desk
from data.reads import finding, review
from data.reads.noting import noting
from grid.area_search import AreaSearch
from grid.audits import Action
from grid.finding import Found, Kind
from grid.principals import Principal

Searches = OrderedDict[tuple[int, ...], AreaSearch]
_KEPT_SEARCHES = 2


class Areas:
    """The index of the city's areas, kept while its boundary editions are in force: it is everybody's."""

    def __init__(self) -> None:
        self._kept: Searches = OrderedDict()

    def search(self, session: Session) -> AreaSearch:
        """Return the search over all areas of today."""
        editions = review.current_editions(session)
        found = self._kept.get(editions)
        if found is None:
            self._kept[editions] = found = review.area_search(session)
            while len(self._kept) > _KEPT_SEARCHES:
                self._kept.popitem(last=False)
        return found


class FindingDesk(Desk):
    """``grid.ports.FindingDesk`` over PostGIS."""

    def __init__(self, engine: Engine, principal: Principal, areas: Areas) -> None:
        super().__init__(engine, principal)
        self._areas = areas

    def find(self, query: str, kinds: Collection[Kind]) -> tuple[Found, ...]:
        """Return the best things of some kinds."""
        found = self._read(_find, self._areas, query, kinds)
        if any(one.kind is Kind.MATTER for one in found):
            # That there is a matter of this number is told only with an audit row that says to whom.
            numbers = self._note(_read_numbers, query)
            found = numbers + tuple(one for one in found if one.kind is not Kind.MATTER)
        return found


def _find(session: Session, areas: Areas, query: str, kinds: Collection[Kind]) -> tuple[Found, ...]:
    found: list[Found] = []
    if Kind.MATTER in kinds:
        found += finding.numbers(session, query)
    if Kind.AREA in kinds:
        found += finding.areas(session, areas.search(session), query)
    if Kind.UNIT in kinds:
        found += finding.units(session, query)
    if Kind.LEADER in kinds:
        found += finding.leaders(session, query)
    return tuple(found)


def _read_numbers(engine: Engine, principal: Principal, query: str) -> tuple[Found, ...]:
    with noting(engine, principal, Action.MATTERS_LIST, "petition") as (session, facts):
        found = finding.numbers(session, query)
        facts["filters"] = {"number": next((one.key for one in found), None)}
        facts["count"] = len(found)
    return found
