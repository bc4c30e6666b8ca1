"""The placer: from what a source says of a place to where it is, how surely and how finely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy.orm import Session

from data.geocode.city_areas import CityAreas, Located, load_city_areas
from data.geocode.coordinates import Coordinates, read_coordinates
from data.geocode.verdict import NOTHING, decide
from grid.areas import PLACED_LEVELS, AreaKind, Level
from grid.geocoding.geocoder import Answer, geocode
from grid.places import Granularity, Place, PlaceMethod, PlaceReason, PlaceRequest, PlaceStatus
from grid.placing import NOWHERE, Ids, locate

_AreaIds = tuple[int | None, ...]
"""Ids of county, town, village and grid, none where not known."""
_NO_IDS: _AreaIds = (None,) * len(PLACED_LEVELS)
_OUTSIDE = Place(
    PlaceStatus.OUT_OF_AREA,
    Granularity.NONE,
    PlaceMethod.COORDINATES,
    reasons=(PlaceReason.COORDINATE_OUTSIDE,),
)


@dataclass(frozen=True, slots=True, eq=False)
class Placer:
    """Places requests over one city's areas and gazetteer, as they were when it was loaded."""

    city: CityAreas

    @classmethod
    def load(cls, session: Session) -> Placer:
        """Read and index the city; raises ``Refused('no_areas')`` where it has none."""
        return cls(load_city_areas(session))

    def place(self, requests: Sequence[PlaceRequest]) -> list[Place]:
        """Return where each request is: by its coordinates, else its address, else its code.

        What disagrees goes to review and is placed by the first of these. Coordinates that cannot be
        right are named by a reason and never mended; see `data.geocode.coordinates`.
        """
        coordinates = read_coordinates(requests, self.city.bounds)
        points = self._places_at(coordinates, requests)
        # Many matters tell of one place: each text is read once.
        texts = list(dict.fromkeys(request.address for request in requests))
        told = dict(
            zip(texts, self._places_of([geocode(self.city.gazetteer, t) for t in texts]), strict=True)
        )
        addresses = [told[request.address] for request in requests]
        codes = [self._place_of_code(request.code) for request in requests]
        hints = self._swapped_areas(coordinates)
        columns = zip(points, addresses, codes, coordinates.faults, hints, strict=True)
        return [decide(*column) for column in columns]

    def _places_at(self, coordinates: Coordinates, requests: Sequence[PlaceRequest]) -> list[Place]:
        """Return the place at each pair of coordinates; unmatched where none can be used."""
        located = self.city.locate_all(coordinates.lon, coordinates.lat)
        functional = locate(self.city.functional, coordinates.lon, coordinates.lat)
        assumed = [() if request.datum else (PlaceReason.DATUM_ASSUMED,) for request in requests]
        places = [NOTHING] * len(requests)
        for row in np.flatnonzero(~np.isnan(coordinates.lon)).tolist():
            ids = _ids(located, row)
            if ids == _NO_IDS:
                places[row] = _OUTSIDE
                continue
            point = Place(
                PlaceStatus.ACCEPTED,
                Granularity.POINT,
                PlaceMethod.COORDINATES,
                functional_id=_id(functional, row),
                lon=float(coordinates.lon[row]),
                lat=float(coordinates.lat[row]),
                reasons=assumed[row],
            )
            places[row] = _in_areas(point, ids)
        return places

    def _swapped_areas(self, coordinates: Coordinates) -> list[tuple[int, ...]]:
        """Return, for pairs that look swapped, the finest area that they fall in the other way round."""
        hints: list[tuple[int, ...]] = [()] * len(coordinates.faults)
        rows = np.flatnonzero(~np.isnan(coordinates.swapped_lon)).tolist()
        located = self.city.locate_all(coordinates.swapped_lon[rows], coordinates.swapped_lat[rows])
        for at, row in enumerate(rows):
            hints[row] = tuple(area for area in _ids(located, at) if area is not None)[-1:]
        return hints

    def _places_of(self, answers: Sequence[Answer]) -> list[Place]:
        """Return the geocoder's answers as places, finer where an estate's or a POI's own point tells."""
        points = [answer.place for answer in answers]
        lon = np.array([np.nan if point is None else point.lon for point in points], dtype=np.float64)
        lat = np.array([np.nan if point is None else point.lat for point in points], dtype=np.float64)
        located = self.city.locate_all(lon, lat)
        functional = locate(self.city.functional, lon, lat)
        return [
            self._place_of(answer, _ids(located, row), _id(functional, row))
            for row, answer in enumerate(answers)
        ]

    def _place_of(self, answer: Answer, ids_at_point: _AreaIds, functional_id: int | None) -> Place:
        entry = answer.place
        at_point = entry is not None and answer.area_id in ids_at_point
        place = Place(
            answer.status,
            # Where an entry's point is outside the area that the gazetteer states, the area alone is certain.
            answer.granularity if at_point or entry is None else self._granularity(answer.area_id),
            PlaceMethod.NONE if answer.status is PlaceStatus.UNMATCHED else PlaceMethod.ADDRESS,
            functional_id=functional_id if at_point else None,
            lon=entry.lon if entry is not None and at_point else None,
            lat=entry.lat if entry is not None and at_point else None,
            reasons=answer.reasons,
            candidates=answer.candidates,
        )
        return _in_areas(place, ids_at_point if at_point else self._ids_above(answer.area_id))

    def _place_of_code(self, code: str | None) -> Place:
        """Return the place that an area's code says; unmatched without reason where no code was given."""
        if not code:
            return NOTHING
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
        place = Place(PlaceStatus.ACCEPTED, granularity, PlaceMethod.CODE)
        return _in_areas(place, self._ids_above(area.id))

    def _ids_above(self, area_id: int | None) -> _AreaIds:
        """Return the ids of an area and its ancestors."""
        chain = () if area_id is None else self.city.gazetteer.chains[area_id]
        by_level = {self.city.areas[area].level: area for area in chain}
        return tuple(by_level.get(level) for level in PLACED_LEVELS)

    def _granularity(self, area_id: int | None) -> Granularity:
        level = None if area_id is None else self.city.areas[area_id].level
        return Granularity(level) if level in PLACED_LEVELS else Granularity.NONE


def _review_by_code(reason: PlaceReason, candidates: tuple[int, ...]) -> Place:
    return Place(
        PlaceStatus.REVIEW, Granularity.NONE, PlaceMethod.CODE, reasons=(reason,), candidates=candidates
    )


def _ids(located: Located, row: int) -> _AreaIds:
    """Return the areas found at one point."""
    return tuple(_id(located[level], row) for level in PLACED_LEVELS)


def _in_areas(place: Place, ids: _AreaIds) -> Place:
    county, town, village, grid = ids
    return replace(place, county_id=county, town_id=town, village_id=village, grid_id=grid)


def _id(ids: Ids, row: int) -> int | None:
    return None if ids[row] == NOWHERE else int(ids[row])
