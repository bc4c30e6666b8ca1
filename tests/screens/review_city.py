"""A review with three texts: a street with two candidates, a disputed one, and matters without an address."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from grid.areas import Area, AreaKind, Level
from grid.places import Granularity
from grid.questions import City, DataVersion
from grid.refusals import Refused
from grid.reviewing import Candidate, Decision, DecisionMade, ReviewItem, ReviewQueue, Suggestion, Undone
from tests.screens.plan_city import CITY

DECIDED_AT = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)


def make_area(number: int, name: str, level: Level = Level.VILLAGE, parent: int | None = None) -> Candidate:
    """A candidate with a square outline."""
    lon, lat = 119.0 + number / 100, 28.0
    area = Area(number, level, AreaKind.REGULAR, f"99{number:010d}", name, "DEMO", "2026", parent, None, 1.0,
                lon + 0.005, lat + 0.005)  # fmt: skip
    ring = [[lon, lat], [lon + 0.01, lat], [lon + 0.01, lat + 0.01], [lon, lat + 0.01], [lon, lat]]
    return Candidate(area, ("云岭县", "东山街道", name), {"type": "Polygon", "coordinates": [ring]})


EAST, WEST, FAR = make_area(1, "东山村"), make_area(2, "西山村"), make_area(3, "河口村")
STREET = ReviewItem(
    "东山街道东山村路9号", "东山街道东山村路９号", 12, "review", ("rivals", "unknown_name"), (EAST, WEST),
    (Suggestion("tianditu", 119.012, 28.004), Suggestion("gazetteer", 119.013, 28.005, "东山大厦")),
)  # fmt: skip
DISPUTED = ReviewItem("西山路1号", "西山路1号", 3, "accepted", ("worker_disputes",), (WEST,), disputed=True)
NOWHERE = ReviewItem(" coordinate_zero", "", 2, "unmatched", ("coordinate_zero",))
MADE = DecisionMade(7, "河口路3号", "placed", "河口村", Granularity.VILLAGE, 5, DECIDED_AT, own=True)  # type: ignore[arg-type]
OTHERS = replace(MADE, id=8, own=False, key="别人的路1号")
UNDONE = replace(MADE, id=9, undone=True)
OLD = replace(MADE, id=3)
"""In force, and too long ago for the list."""


class FakeReviewDesk:
    """``grid.ports.ReviewDesk`` with what was asked of it; ``refusal`` is raised by what changes things."""

    def __init__(self) -> None:
        self.items: tuple[ReviewItem, ...] = (STREET, DISPUTED, NOWHERE)
        self.refusal: Refused | None = None
        self.down: Refused | None = None
        self.decided: list[Decision] = []
        self.undone: list[int] = []
        self.stayed = 0
        self.pages: list[int] = []

    def version(self) -> DataVersion:
        return DataVersion(1, DECIDED_AT)

    def city(self) -> City:
        if self.down is not None:
            raise self.down
        return CITY

    def areas(self, level: Level) -> tuple[Area, ...]:
        return ()

    def shapes(self, level: Level, edition_id: int) -> bytes:
        raise Refused("edition_unknown")

    def queue(self, page: int = 1) -> ReviewQueue:
        self.pages.append(page)
        return ReviewQueue(self.items, 3, 17, 51, page)

    def item(self, key: str) -> ReviewItem:
        found = next((one for one in self.items if one.key == key), None)
        if found is None:
            raise Refused("review_item_unknown")
        return found

    def candidates(self, area_ids: tuple[int, ...]) -> tuple[Candidate, ...]:
        known = {one.area.id: one for one in (EAST, WEST, FAR)}
        return tuple(known[one] for one in area_ids if one in known)

    def find_areas(self, words: str) -> tuple[Candidate, ...]:
        return (FAR,) if words == "hekou" else ()

    def areas_around(self, bounds: tuple[float, float, float, float]) -> tuple[Area, ...]:
        return tuple(one.area for one in (EAST, WEST, FAR))

    def area_at(self, lon: float, lat: float) -> Candidate:
        if not 119 <= lon <= 120:
            raise Refused("point_outside_city")
        return FAR

    def decisions(self, key: str = "") -> tuple[DecisionMade, ...]:
        return (OLD,) if key else (MADE, OTHERS, UNDONE)

    def decide(self, decision: Decision) -> DecisionMade:
        if self.refusal is not None:
            raise self.refusal
        self.decided.append(decision)
        self.items = tuple(one for one in self.items if one.key != decision.key)
        return replace(MADE, key=decision.key, verdict=decision.verdict)

    def undo(self, decision_id: int) -> Undone:
        if self.refusal is not None:
            raise self.refusal
        self.undone.append(decision_id)
        return Undone(5, self.stayed)
