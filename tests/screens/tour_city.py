"""Fake tours of a city: kept in memory, saved under a lock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from grid.refusals import Refused
from grid.tours import Scene, Shown, Shows, Tour
from tests.screens.wall_city import FakeWall

KEPT = Tour(4, "指挥中心", (Scene(Shows.WALL, "全市", "?layers=density", 30), Scene(Shows.LISTED)), 3)


class FakeTours:
    """``TourDesk``: what is saved is there, and ``refusal`` is raised where there is one."""

    def __init__(self, *tours: Tour, shown: Shown | None = None) -> None:
        self.kept = list(tours or (KEPT,))
        self.there = shown or Shown(is_published=True)
        self.refusal: Refused | None = None
        self._city: Callable[[], Any] = FakeWall().city

    def city(self) -> Any:
        return self._city()

    def tours(self) -> tuple[Tour, ...]:
        if self.refusal is not None:
            raise self.refusal
        return tuple(self.kept)

    def tour(self, key: str) -> Tour:
        found = next((one for one in self.kept if key in {str(one.id), one.name}), None)
        if found is None:
            raise Refused("tour_unknown", tour=key)
        return found

    def shown(self) -> Shown:
        return self.there

    def save_tour(self, tour: Tour) -> Tour:
        if tour.id and self.tour(str(tour.id)).version != tour.version:
            raise Refused("tour_changed_meanwhile")
        saved = replace(tour, id=tour.id or 9, version=tour.version + 1)
        self.kept = [*(one for one in self.kept if one.id != saved.id), saved]
        return saved

    def discard_tour(self, tour_id: int, version: int) -> None:
        if self.tour(str(tour_id)).version != version:
            raise Refused("tour_changed_meanwhile")
        self.kept = [one for one in self.kept if one.id != tour_id]
