"""The verdict on one request: what its coordinates, its address and its code say, weighed into one place."""

from __future__ import annotations

from dataclasses import replace

from grid.places import Granularity, Place, PlaceMethod, PlaceReason, PlaceStatus

NOTHING = Place(PlaceStatus.UNMATCHED, Granularity.NONE, PlaceMethod.NONE)
"""What a source says that is missing."""


def decide(
    point: Place, address: Place, code: Place, fault: PlaceReason | None, hint: tuple[int, ...]
) -> Place:
    """Weigh what coordinates, address and code of one request say.

    ``fault`` is why given coordinates are not used; ``hint`` the area that they may have meant. What a person
    decided of the address stands, unless coordinates that can be used say otherwise.
    """
    if point.lon is not None:
        return _doubt(point, _disagreements(point, address, code))
    if address.method is PlaceMethod.DECISION and point.status is PlaceStatus.UNMATCHED:
        return address
    told = next((place for place in (address, code) if place.status is not PlaceStatus.UNMATCHED), None)
    if point.status is PlaceStatus.OUT_OF_AREA:
        if told is None or told.status is PlaceStatus.OUT_OF_AREA:
            return point
        fault = PlaceReason.COORDINATE_OUTSIDE
    faults = {} if fault is None else {fault: hint}
    if told is not None:
        return _doubt(told, faults | _disagreements(told, address, code))
    nowhere = replace(NOTHING, reasons=(*faults, *address.reasons, *code.reasons), candidates=hint)
    return replace(nowhere, status=PlaceStatus.REVIEW) if hint else nowhere


def _disagreements(chosen: Place, address: Place, code: Place) -> dict[PlaceReason, tuple[int, ...]]:
    """Return what contradicts the chosen place, each with the area that it names instead."""
    found: dict[PlaceReason, tuple[int, ...]] = {}
    said = ((address, PlaceReason.ADDRESS_DISAGREES), (code, PlaceReason.CODE_DISAGREES))
    for other, reason in said:
        if other is not chosen and _disagree(chosen, other):
            found[reason] = () if other.finest_area_id is None else (other.finest_area_id,)
    return found


def _disagree(chosen: Place, other: Place) -> bool:
    """Return whether another source's certain answer is in another county or town, or another city.

    Below the town addresses err by habit, so villages are not compared.
    """
    if other.status not in {PlaceStatus.ACCEPTED, PlaceStatus.OUT_OF_AREA}:
        return False
    if PlaceStatus.OUT_OF_AREA in {chosen.status, other.status}:
        return chosen.status is not other.status
    pairs = ((chosen.county_id, other.county_id), (chosen.town_id, other.town_id))
    return any(None not in pair and pair[0] != pair[1] for pair in pairs)


def _doubt(place: Place, doubts: dict[PlaceReason, tuple[int, ...]]) -> Place:
    """Send a place to review for the doubts: first among its reasons, their areas among its candidates."""
    if not doubts:
        return place
    candidates = (*place.candidates, *(area for areas in doubts.values() for area in areas))
    return replace(
        place,
        status=PlaceStatus.REVIEW,
        reasons=(*doubts, *place.reasons),
        candidates=tuple(dict.fromkeys(candidates)),
    )
