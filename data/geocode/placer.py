"""The placer: from what a source says of a place to where it is, how surely and how finely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy.orm import Session

from data.geocode.city_areas import CityAreas
from data.geocode.coordinates import Mask
from data.geocode.decisions import Decisions, load_decisions
from data.geocode.era_placer import EraPlacer
from data.geocode.eras import Eras, load_eras
from data.geocode.verdict import NOTHING
from grid.datums import Degrees
from grid.places import Place, PlaceReason, PlaceRequest, PlaceStatus
from grid.placing import TableOf, build_table

_NO_AREAS_THEN = replace(NOTHING, status=PlaceStatus.REVIEW, reasons=(PlaceReason.AREA_REPLACED,))


class Placer:
    """Places requests over one city's areas, gazetteer and decisions, as they were when it was loaded.

    What changes afterwards is not seen: load one for each piece of work.
    """

    def __init__(self, eras: Eras, decisions: Decisions) -> None:
        self._eras = eras
        self.decisions = decisions
        self._placers: dict[int, EraPlacer | None] = {}

    @classmethod
    def load(cls, session: Session, table_of: TableOf = build_table) -> Placer:
        """Read the city; raises ``Refused('no_areas')`` where it has none today.

        ``table_of`` gives placing tables: `data.geocode.placing_tables` keeps them from one time to the next.
        """
        return cls(load_eras(session, table_of), load_decisions(session))

    @property
    def city(self) -> CityAreas:
        """The areas valid today."""
        placer = self._placer(self._eras.era(None))
        if placer is None:
            raise LookupError("a city without areas is not loaded")
        return placer.city

    def place(self, requests: Sequence[PlaceRequest]) -> list[Place]:
        """Return where each request is: by its coordinates, a person's decision, its address, its code.

        A request belongs to the areas valid on its day, before the first boundaries to the earliest. What
        disagrees goes to review and is placed by the first of these. Coordinates that cannot be right are
        named by a reason and never mended; see `data.geocode.coordinates`.
        """
        places = [_NO_AREAS_THEN] * len(requests)
        for placer, rows in self._by_era(requests):
            for row, place in zip(rows, placer.place([requests[row] for row in rows]), strict=True):
                places[row] = place
        return places

    def named_areas(self, requests: Sequence[PlaceRequest]) -> list[int | None]:
        """Return the village, else the town, that each request's own text or code names for certain."""
        areas: list[int | None] = [None] * len(requests)
        for placer, rows in self._by_era(requests):
            for row, area in zip(rows, placer.named_areas([requests[row] for row in rows]), strict=True):
                areas[row] = area
        return areas

    def holds(
        self, requests: Sequence[PlaceRequest], area_ids: Sequence[int], lon: Degrees, lat: Degrees
    ) -> Mask:
        """Return whether each point (degrees, EPSG:4490) lies in its area as it was on the request's day."""
        held = np.zeros(len(requests), dtype=bool)
        for placer, rows in self._by_era(requests):
            held[rows] = placer.holds([area_ids[row] for row in rows], lon[rows], lat[rows])
        return held

    def _by_era(self, requests: Sequence[PlaceRequest]) -> Iterator[tuple[EraPlacer, list[int]]]:
        """Yield the placer of each era that requests belong to, with their positions."""
        by_era: dict[int, list[int]] = {}
        for row, request in enumerate(requests):
            by_era.setdefault(self._eras.era(request.on), []).append(row)
        for era, rows in by_era.items():
            placer = self._placer(era)
            if placer is not None:
                yield placer, rows

    def _placer(self, era: int) -> EraPlacer | None:
        if era not in self._placers:
            city = self._eras.city(era)
            placer = None if city is None else EraPlacer(city, self.decisions, self._eras.areas)
            self._placers[era] = placer
        return self._placers[era]
