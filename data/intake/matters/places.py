"""Places of matters as lines to stage, what is doubted of them, and what their points say of the datum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from data.geocode.datum_test import test_datum
from data.geocode.placer import Placer
from data.intake.ledger import Ledger
from data.intake.points import settle_datums
from data.intake.task import Task
from data.models import SRID
from data.writes.copying import NULL, copy_text, escape
from grid.datums import Datum
from grid.geocoding.normalise import address_key
from grid.places import Place, PlaceReason, PlaceRequest, PlaceStatus

_NOWHERE = "\t".join(("", "", *[NULL] * 9, "{}", "{}", NULL, NULL))
"""Address, its key and the place of a matter that has none: an accusation."""
_ALL_TRIED, _TRIED_OF_BLOCK = 2000, 20
"""Points of one stated datum that are tried: the first ones, and some of every later block."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one row says of its matter's place; ``where`` is none for an accusation."""

    number: int
    where: PlaceRequest | None
    stated: Datum | None


class MatterPlaces:
    """Places the matters of a file block by block; what is not certain sends its row to review."""

    def __init__(self, task: Task, header: Mapping[str, str]) -> None:
        self._placer = Placer.load(task.session, task.table_of)
        self._task = task
        self._header = header
        self._addresses = _Addresses()
        self._tried: dict[Datum | None, list[PlaceRequest]] = {}

    def lines(self, block: Sequence[Told]) -> list[str]:
        """Return the lines of the places of a block: address, key, and the place's fields, staged."""
        placed = [told for told in block if told.where is not None]
        wheres = [told.where for told in placed if told.where is not None]
        places = self._placer.place(wheres)
        self._try_later(placed)
        for told, where, place in zip(placed, wheres, places, strict=True):
            if place.status is not PlaceStatus.ACCEPTED:
                _tell(self._task.ledger, self._header, told.number, where, place)
        lines = iter(self._lines(wheres, places))
        return [_NOWHERE if told.where is None else next(lines) for told in block]

    def settle_datums(self) -> None:
        """Ask about datums that the file's points contradict, or that none of them states."""
        requests = [request for requests in self._tried.values() for request in requests]
        settle_datums(self._task.inquiry, test_datum(self._placer, requests))

    def _lines(self, wheres: Sequence[PlaceRequest], places: Sequence[Place]) -> list[str]:
        points = _ewkb(places)
        # Places that addresses tell are one object for all matters of an address.
        known: dict[int, str] = {}
        lines = []
        for where, place, point in zip(wheres, places, points, strict=True):
            fields = known.get(id(place))
            if fields is None:
                fields = known[id(place)] = _fields(place, point)
            datum = NULL if where.lon is None or where.datum is None else where.datum
            lines.append(f"{self._addresses[where.address]}\t{fields}\t{datum}")
        return lines

    def _try_later(self, block: Sequence[Told]) -> None:
        taken: dict[Datum | None, int] = {}
        for told in block:
            where, stated = told.where, told.stated
            if where is None or where.lon is None or where.lat is None:
                continue
            tried = self._tried.setdefault(stated, [])
            taken[stated] = taken.get(stated, 0) + 1
            if len(tried) < _ALL_TRIED or taken[stated] <= _TRIED_OF_BLOCK:
                tried.append(replace(where, datum=stated))


class _Addresses(dict[str, str]):
    """Each address and its key as two fields of a line."""

    def __missing__(self, address: str) -> str:
        fields = self[address] = f"{escape(address)}\t{escape(address_key(address))}"
        return fields


def said(where: PlaceRequest | None) -> str:
    """Return what a source says of a place beside its address, as a field: rows may differ in it alone."""
    if where is None or (where.lon is None and where.lat is None and where.code is None):
        return ""
    return escape(f"{where.lon} {where.lat} {where.code or ''}")


def _fields(place: Place, point: str) -> str:
    ids = (place.county_id, place.town_id, place.village_id, place.grid_id, place.functional_id)
    fields = (
        place.status, place.granularity, place.method, point, *map(copy_text, ids),
        "{" + ",".join(place.reasons) + "}", "{" + ",".join(map(str, place.candidates)) + "}",
        copy_text(place.decision_id),
    )  # fmt: skip
    return "\t".join(fields)


def _ewkb(places: Sequence[Place]) -> list[str]:
    """Return the points of places as hexadecimal EWKB, `NULL` for a place without one."""
    hexes = [NULL] * len(places)
    at = [row for row, place in enumerate(places) if place.lon is not None]
    lonlat = np.array([(places[row].lon, places[row].lat) for row in at], dtype=np.float64).reshape(-1, 2)
    points = shapely.set_srid(shapely.points(lonlat), SRID)
    for row, point in zip(at, shapely.to_wkb(points, hex=True, include_srid=True), strict=True):
        hexes[row] = point
    return hexes


def _tell(ledger: Ledger, header: Mapping[str, str], number: int, where: PlaceRequest, place: Place) -> None:
    """Send a row to review for its place, with its coordinates where they are wrong, else its address."""
    reasons = (reason for reason in place.reasons if reason is not PlaceReason.DATUM_ASSUMED)
    code = f"place_{next(reasons, place.status.value)}"
    coordinates = code.startswith("place_coordinate")
    original = f"{where.lon}, {where.lat}" if coordinates else where.address
    ledger.review(code, number, header.get("lon" if coordinates else "address", ""), original)
