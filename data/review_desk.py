"""The review's desk: ``grid.ports.ReviewDesk`` over PostGIS, on behalf of one clerk or the bureau."""

from __future__ import annotations

from sqlalchemy import Engine

from data.desks import CityDesk, Shapes
from data.faults import refusing
from data.finding_desk import Areas
from data.reads import review
from data.reads.noting import noting
from data.writes import decisions
from grid.area_search import AreaSearch, Bounds
from grid.areas import Area
from grid.audits import Action
from grid.principals import Principal
from grid.reviewing import Candidate, Decision, DecisionMade, ReviewItem, ReviewQueue, Undone


class ReviewDesk(CityDesk):
    """``grid.ports.ReviewDesk`` over PostGIS."""

    def __init__(self, engine: Engine, principal: Principal, shapes: Shapes, known: Areas) -> None:
        super().__init__(engine, principal, shapes)
        self._known = known

    def queue(self, page: int = 1) -> ReviewQueue:
        """Return a page of the texts that wait."""
        return self._note(_read_queue, page)

    def item(self, key: str) -> ReviewItem:
        """Return one text with what it may mean."""
        return self._read(review.item, key)

    def candidates(self, area_ids: tuple[int, ...]) -> tuple[Candidate, ...]:
        """Return areas with path and outline."""
        return self._read(review.candidates, area_ids)

    def find_areas(self, words: str) -> tuple[Candidate, ...]:
        """Return the areas that are meant by words."""
        found = self._search().find(words)
        return self.candidates(tuple(area.id for area in found))

    def areas_around(self, bounds: Bounds) -> tuple[Area, ...]:
        """Return areas of one level in a box."""
        return self._search().around(bounds)

    def area_at(self, lon: float, lat: float) -> Candidate:
        """Return the narrowest area that holds a point."""
        return self._read(review.area_at, lon, lat)

    def decisions(self, key: str = "") -> tuple[DecisionMade, ...]:
        """Return the latest decisions, or the one in force on a text."""
        return self._read(review.decisions, key)

    def decide(self, decision: Decision) -> DecisionMade:
        """Place all matters of a text."""
        with refusing():
            return decisions.decide(self._engine, self._principal, decision)

    def undo(self, decision_id: int) -> Undone:
        """Put the matters of a decision back."""
        with refusing():
            return decisions.undo(self._engine, self._principal, decision_id)

    def _search(self) -> AreaSearch:
        return self._read(self._known.search)


def _read_queue(engine: Engine, principal: Principal, page: int) -> ReviewQueue:
    """Return a page of the queue; whoever reads addresses leaves an audit row."""
    with noting(engine, principal, Action.REVIEW_READ, "petition") as (session, facts):
        answer = review.queue(session, page)
        facts["page"], facts["count"] = answer.page, len(answer.items)
    return answer
