"""Placing over the areas of one era: points by outline, addresses by the names of that time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypedDict

import numpy as np

from data.geocode.city_areas import CityAreas, Located
from data.geocode.coordinates import Coordinates, Mask, read_coordinates
from data.geocode.decisions import Decisions, InForce
from data.geocode.names import find_same, follow_areas
from data.geocode.verdict import NOTHING, decide
from grid.areas import PLACED_LEVELS, Area, AreaKind, Level
from grid.datums import Degrees
from grid.geocoding.geocoder import Answer, geocode
from grid.geocoding.normalise import address_key
from grid.places import Granularity, Place, PlaceMethod, PlaceReason, PlaceRequest, PlaceStatus
from grid.placing import NOWHERE, Ids, locate
from grid.reviewing import Verdict

AreaIds = tuple[int | None, ...]
"""Ids of county, town, village and grid, none where not known."""


_NO_IDS: AreaIds = (None,) * len(PLACED_LEVELS)
NEAR_M = 50.0
"""A point so near to an area lies in no area by the boundaries' fault as likely as by its own."""
_MOST_TEXTS = 100_000
"""Texts whose places are remembered: many matters tell of one place."""
_OUTSIDE = Place(
    PlaceStatus.OUT_OF_AREA,
    Granularity.NONE,
    PlaceMethod.COORDINATES,
    reasons=(PlaceReason.COORDINATE_OUTSIDE,),
)


class _Areas(TypedDict):
    county_id: int | None
    town_id: int | None
    village_id: int | None
    grid_id: int | None


class EraPlacer:
    """Places requests of one era's days; ``former`` are the areas of all eras, by id."""

    def __init__(self, city: CityAreas, decisions: Decisions, former: Mapping[int, Area]) -> None:
        self.city = city
        self._decisions = decisions
        self._former = former
        self._successors = follow_areas(city.areas.values())
        self._told: dict[str, Place] = {}
        self._of_code: dict[str, Place] = {"": NOTHING}

    def place(self, requests: Sequence[PlaceRequest]) -> list[Place]:
        """Return where each request is."""
        coordinates = read_coordinates(requests, self.city.bounds)
        points = self._places_at(coordinates, requests)
        addresses = self._places_told([request.address for request in requests])
        codes = [self._place_of_code(request.code or "") for request in requests]
        hints = self._swapped_areas(coordinates)
        columns = zip(points, addresses, codes, coordinates.faults, hints, strict=True)
        return [decide(*column) for column in columns]

    def named_areas(self, requests: Sequence[PlaceRequest]) -> list[int | None]:
        """Return the village, else the town, that each request's own text or code names for certain.

        None where they name nothing so fine, contradict each other, or say no more than near what.
        """
        told = self._places_told([request.address for request in requests])
        codes = [self._place_of_code(request.code or "") for request in requests]
        return [_certain(decide(NOTHING, *said, None, ())) for said in zip(told, codes, strict=True)]

    def holds(self, area_ids: Sequence[int], lon: Degrees, lat: Degrees) -> Mask:
        """Return whether each point lies in its area; NaN lies in none."""
        located = self.city.locate_all(lon, lat)
        found = np.stack([located[level] for level in PLACED_LEVELS])
        held: Mask = (found == np.array(area_ids, dtype=np.int64)).any(axis=0)
        return held

    def _places_at(self, coordinates: Coordinates, requests: Sequence[PlaceRequest]) -> list[Place]:
        """Return the place at each pair of coordinates; unmatched where none can be used."""
        places = [NOTHING] * len(requests)
        rows = np.flatnonzero(~np.isnan(coordinates.lon))
        lon, lat = coordinates.lon[rows], coordinates.lat[rows]
        located = self.city.locate_all(lon, lat)
        functional = locate(self.city.functional, lon, lat)
        outside = np.all([located[level] == NOWHERE for level in PLACED_LEVELS], axis=0)
        nearly = np.full(rows.shape, NOWHERE, dtype=np.int64)
        nearly[outside] = self.city.locate_nearly(lon[outside], lat[outside], NEAR_M)
        for at, row in enumerate(rows.tolist()):
            if outside[at]:
                near = _id(nearly, at)
                places[row] = _OUTSIDE if near is None else self._just_outside(near, lon[at], lat[at])
                continue
            places[row] = Place(
                PlaceStatus.ACCEPTED,
                Granularity.POINT,
                PlaceMethod.COORDINATES,
                functional_id=_id(functional, at),
                lon=float(lon[at]),
                lat=float(lat[at]),
                reasons=() if requests[row].datum else (PlaceReason.DATUM_ASSUMED,),
                **_areas(_ids(located, at)),
            )
        return places

    def _just_outside(self, area_id: int, lon: float, lat: float) -> Place:
        return Place(
            PlaceStatus.REVIEW,
            Granularity.POINT,
            PlaceMethod.COORDINATES,
            lon=float(lon),
            lat=float(lat),
            reasons=(PlaceReason.COORDINATE_JUST_OUTSIDE,),
            candidates=(area_id,),
            **_areas(self.city.ids_above(area_id)),
        )

    def _swapped_areas(self, coordinates: Coordinates) -> list[tuple[int, ...]]:
        """Return, for pairs that look swapped, the finest area that they fall in the other way round."""
        hints: list[tuple[int, ...]] = [()] * len(coordinates.faults)
        rows = np.flatnonzero(~np.isnan(coordinates.swapped_lon)).tolist()
        located = self.city.locate_all(coordinates.swapped_lon[rows], coordinates.swapped_lat[rows])
        for at, row in enumerate(rows):
            hints[row] = tuple(area for area in _ids(located, at) if area is not None)[-1:]
        return hints

    def _places_told(self, texts: Sequence[str]) -> list[Place]:
        """Return the places that address texts tell, by a decision where there is one; each is read once."""
        if len(self._told) > _MOST_TEXTS:
            self._told.clear()
        told = self._told
        new = [text for text in dict.fromkeys(texts) if text not in told]
        told.update(self._places_decided(new))
        unread = [text for text in new if text not in told]
        read = self._places_of([geocode(self.city.gazetteer, text) for text in unread])
        told.update(zip(unread, read, strict=True))
        return [told[text] for text in texts]

    def _places_decided(self, texts: Sequence[str]) -> dict[str, Place]:
        """Return the places of the texts that decisions settle."""
        if not self._decisions:
            return {}
        decided = ((text, self._decisions.get(address_key(text))) for text in texts)
        return {text: self._place_of_decision(text, known) for text, known in decided if known is not None}

    def _place_of_decision(self, text: str, decision: InForce) -> Place:
        """Return what a person decided; to review again where the area is gone without a successor."""
        if decision.verdict is not Verdict.PLACED:
            out = decision.verdict is Verdict.OUTSIDE
            status = PlaceStatus.OUT_OF_AREA if out else PlaceStatus.UNMATCHED
            return Place(status, Granularity.NONE, PlaceMethod.DECISION, decision_id=decision.id)
        area_id = find_same(self._former.get(decision.area_id or 0), self.city.areas, self._successors)
        lon, lat = decision.lon or np.nan, decision.lat or np.nan
        at_point = _ids(self.city.locate_all([lon], [lat]), 0)
        pointed = decision.lon is not None
        if area_id is None or (pointed and area_id not in at_point):
            return self._doubt_replaced(text)
        return Place(
            PlaceStatus.ACCEPTED,
            decision.granularity if pointed else self._granularity(area_id),
            PlaceMethod.DECISION,
            functional_id=_id(locate(self.city.functional, [lon], [lat]), 0),
            lon=decision.lon,
            lat=decision.lat,
            decision_id=decision.id,
            **_areas(at_point if pointed else self.city.ids_above(area_id)),
        )

    def _doubt_replaced(self, text: str) -> Place:
        """Return what the geocoder says of a text whose decision no longer holds, for a person to look at."""
        (read,) = self._places_of([geocode(self.city.gazetteer, text)])
        reasons = (PlaceReason.AREA_REPLACED, *read.reasons)
        return replace(read, status=PlaceStatus.REVIEW, reasons=reasons)

    def _places_of(self, answers: Sequence[Answer]) -> list[Place]:
        """Return the geocoder's answers as places, finer where an entry's own point tells."""
        points = [answer.place for answer in answers]
        lon = np.array([np.nan if point is None else point.lon for point in points], dtype=np.float64)
        lat = np.array([np.nan if point is None else point.lat for point in points], dtype=np.float64)
        located = self.city.locate_all(lon, lat)
        functional = locate(self.city.functional, lon, lat)
        return [
            self._place_of(answer, _ids(located, row), _id(functional, row))
            for row, answer in enumerate(answers)
        ]

    def _place_of(self, answer: Answer, ids_at_point: AreaIds, functional_id: int | None) -> Place:
        entry = answer.place
        at_point = entry is not None and answer.area_id in ids_at_point
        return Place(
            answer.status,
            # Where an entry's point is outside the area that the gazetteer states, the area alone is certain.
            answer.granularity if at_point or entry is None else self._granularity(answer.area_id),
            PlaceMethod.NONE if answer.status is PlaceStatus.UNMATCHED else PlaceMethod.ADDRESS,
            functional_id=functional_id if at_point else None,
            lon=entry.lon if entry is not None and at_point else None,
            lat=entry.lat if entry is not None and at_point else None,
            reasons=answer.reasons,
            candidates=answer.candidates,
            **_areas(ids_at_point if at_point else self.city.ids_above(answer.area_id)),
        )

    def _place_of_code(self, code: str) -> Place:
        """Return the place that an area's code says; unmatched without reason where no code was given."""
        place = self._of_code.get(code)
        if place is None:
            place = self._read_code(code)
            if code in self.city.by_code:
                self._of_code[code] = place
        return place

    def _read_code(self, code: str) -> Place:
        ids = self.city.by_code.get(code, ())
        if not ids:
            return replace(NOTHING, reasons=(PlaceReason.CODE_UNKNOWN,))
        if len(ids) > 1:
            return _review_by_code(PlaceReason.CODE_AMBIGUOUS, ids)
        area = self.city.areas[ids[0]]
        if area.kind is AreaKind.FUNCTIONAL:
            return _review_by_code(PlaceReason.FUNCTIONAL_AREA_ONLY, ids)
        if area.level is Level.CITY:
            return replace(NOTHING, reasons=(PlaceReason.ONLY_CITY_NAMED,))
        granularity = self._granularity(area.id)
        above = _areas(self.city.ids_above(area.id))
        return Place(PlaceStatus.ACCEPTED, granularity, PlaceMethod.CODE, **above)

    def _granularity(self, area_id: int | None) -> Granularity:
        level = None if area_id is None else self.city.areas[area_id].level
        return Granularity(level) if level in PLACED_LEVELS else Granularity.NONE


def _certain(place: Place) -> int | None:
    if place.status is not PlaceStatus.ACCEPTED or PlaceReason.NEAR_ONLY in place.reasons:
        return None
    return place.village_id or place.town_id


def _review_by_code(reason: PlaceReason, candidates: tuple[int, ...]) -> Place:
    return Place(
        PlaceStatus.REVIEW, Granularity.NONE, PlaceMethod.CODE, reasons=(reason,), candidates=candidates
    )


def _ids(located: Located, row: int) -> AreaIds:
    """Return the areas found at one point."""
    return tuple(_id(located[level], row) for level in PLACED_LEVELS)


def _areas(ids: AreaIds) -> _Areas:
    """Return the areas that a place lies in, by the place's fields."""
    county, town, village, grid = ids
    return {"county_id": county, "town_id": town, "village_id": village, "grid_id": grid}


def _id(ids: Ids, row: int) -> int | None:
    return None if ids[row] == NOWHERE else int(ids[row])
