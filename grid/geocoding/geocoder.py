"""The geocoder's verdict on one address: accepted only where every name written is explained by one area."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grid.areas import LEVELS, AreaKind, Level
from grid.geocoding.gazetteer import Gazetteer
from grid.geocoding.names import NamedPlace, NameKind
from grid.geocoding.normalise import fold
from grid.geocoding.reading import Leftover, Reading, Token, read
from grid.geocoding.senses import Sense, common_area, explaining_areas, meeting_area, point_of, sense_of
from grid.places import Granularity, PlaceReason, PlaceStatus

_MISSING = re.compile(
    r"[\W_]*|不详|不明|不清楚|未知|未填|无|暂无|无地址|没有|待查|[nN]/?[aA]|[nN]ull|[nN]one"
)
_ELSEWHERE = re.compile(r"同上|同前|见上|见附件|详见.*|见信件.*")
_MOST_CANDIDATES = 10
_GRANULARITY = {
    Level.COUNTY: Granularity.COUNTY,
    Level.TOWN: Granularity.TOWN,
    Level.VILLAGE: Granularity.VILLAGE,
    Level.GRID: Granularity.GRID,
}
_NOTES = frozenset({PlaceReason.ROAD_WITHOUT_NUMBER, PlaceReason.NEAR_ONLY})
"""Reasons that tell why a place is coarse without casting doubt on it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Where an address is.

    ``area_id`` is the finest area that is certain as far as ``status`` says: for a review the one that all
    candidates share. ``place`` is the gazetteer entry whose point the address means, none for all else: an
    area gives no point.
    """

    status: PlaceStatus
    granularity: Granularity = Granularity.NONE
    area_id: int | None = None
    place: NamedPlace | None = None
    reasons: tuple[PlaceReason, ...] = ()
    candidates: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Finding:
    """Where the names lead: the area, and what casts doubt on it."""

    area_id: int | None
    reasons: tuple[PlaceReason, ...] = ()
    candidates: tuple[int, ...] = ()


def geocode(gazetteer: Gazetteer, text: str) -> Answer:
    """Return where the address ``text`` is in the gazetteer's city.

    Accepted means: every name found lies on one chain of areas, nothing that looks like a name is left over,
    and no other place fits as well. Anything less is for review, with reasons and candidates.
    """
    text = fold(text)
    if _MISSING.fullmatch(text):
        return Answer(PlaceStatus.UNMATCHED, reasons=(PlaceReason.ADDRESS_MISSING,))
    if _ELSEWHERE.fullmatch(text):
        return Answer(PlaceStatus.UNMATCHED, reasons=(PlaceReason.ADDRESS_REFERS_ELSEWHERE,))
    reading = read(gazetteer, text)
    senses = [sense_of(token) for token in reading.tokens if not token.name.neutral]
    leftovers = _telling(reading, city_named=_names_city(gazetteer, reading.tokens))
    strangers = [leftover for leftover in leftovers if leftover.level is Level.CITY]
    if strangers:
        return _elsewhere(gazetteer, strangers, senses)
    if not senses:
        return _without_names(gazetteer, reading.tokens, leftovers)
    return _conclude(gazetteer, senses, leftovers)


def _names_city(gazetteer: Gazetteer, tokens: Sequence[Token]) -> bool:
    return any(gazetteer.city_id in token.name.areas for token in tokens)


def _telling(reading: Reading, *, city_named: bool) -> list[Leftover]:
    """Return the leftovers that matter; the province before our own city does not."""
    return [
        leftover
        for leftover in reading.leftovers
        if not (city_named and leftover.text.endswith(("省", "自治区")))
    ]


def _elsewhere(gazetteer: Gazetteer, strangers: Sequence[Leftover], senses: Sequence[Sense]) -> Answer:
    """Another city or province is named: ours all the same only by a slip, which a person must say."""
    similar = _similar(gazetteer, strangers, gazetteer.city_id)
    cities = tuple(area for area in similar if gazetteer.areas[area].level is Level.COUNTY)
    if cities or _resembles_city(gazetteer, strangers):
        reasons = (PlaceReason.OTHER_CITY_NAMED, PlaceReason.SIMILAR_NAME)
        return _review(gazetteer, _Finding(None, reasons, cities))
    areas = explaining_areas(senses, gazetteer.chains) if senses else []
    full = {sense.name.text for sense in senses if sense.name.full}
    if len(areas) == 1 and len(full) >= 2:
        return _review(gazetteer, _Finding(None, (PlaceReason.OTHER_CITY_NAMED,), tuple(areas)))
    return Answer(PlaceStatus.OUT_OF_AREA, reasons=(PlaceReason.OTHER_CITY_NAMED,))


def _resembles_city(gazetteer: Gazetteer, leftovers: Sequence[Leftover]) -> bool:
    city_id = gazetteer.city_id
    if city_id is None:
        return False
    return any(gazetteer.similar.resembles(leftover.text, city_id) for leftover in leftovers)


def _without_names(gazetteer: Gazetteer, tokens: Sequence[Token], leftovers: Sequence[Leftover]) -> Answer:
    functional = _functional_areas(gazetteer, tokens)
    if functional:
        return _review(gazetteer, _Finding(None, (PlaceReason.FUNCTIONAL_AREA_ONLY,), functional))
    if not _names_city(gazetteer, tokens):
        unknown = any(leftover.typed for leftover in leftovers)
        reason = PlaceReason.UNKNOWN_NAME if unknown else PlaceReason.NOTHING_RECOGNISED
        return Answer(PlaceStatus.UNMATCHED, reasons=(reason,))
    similar = _similar(gazetteer, leftovers, gazetteer.city_id)
    if similar:
        return _review(gazetteer, _Finding(None, (PlaceReason.SIMILAR_NAME,), similar))
    return Answer(PlaceStatus.UNMATCHED, reasons=(PlaceReason.ONLY_CITY_NAMED,))


def _functional_areas(gazetteer: Gazetteer, tokens: Sequence[Token]) -> tuple[int, ...]:
    named = {area for token in tokens for area in token.name.areas}
    return tuple(sorted(area for area in named if gazetteer.areas[area].kind is AreaKind.FUNCTIONAL))


def _conclude(gazetteer: Gazetteer, senses: Sequence[Sense], leftovers: Sequence[Leftover]) -> Answer:
    found = _doubt_leftovers(gazetteer, _weigh(gazetteer, senses), leftovers)
    if found.area_id is None or not _NOTES.issuperset(found.reasons):
        return _review(gazetteer, found)
    place = point_of(senses, found.area_id, gazetteer.chains)
    notes = (*found.reasons, *([PlaceReason.NEAR_ONLY] if any(s.token.near for s in senses) else []))
    granularity = _granularity(gazetteer, found.area_id)
    if place is not None:
        granularity = Granularity.POINT if place.kind is NameKind.POI else Granularity.BUILDING
    return Answer(PlaceStatus.ACCEPTED, granularity, found.area_id, place, notes)


def _weigh(gazetteer: Gazetteer, senses: Sequence[Sense]) -> _Finding:
    """Return where the known names lead, leaving aside what is left over."""
    chains = gazetteer.chains
    areas = explaining_areas(senses, chains)
    if not areas:
        named = sorted({area for sense in senses if len(sense.areas) <= 3 for area in sense.areas})
        return _Finding(meeting_area(senses, chains), (PlaceReason.NAMES_CONTRADICT,), tuple(named))
    if len(areas) == 1:
        return _Finding(areas[0], tuple(_doubts(senses)))
    shared = common_area(areas, chains)
    if shared is not None and _is_one_road(senses, gazetteer.areas[shared].level):
        return _Finding(shared, (*_doubts(senses), PlaceReason.ROAD_WITHOUT_NUMBER))
    return _Finding(shared, (*_doubts(senses), PlaceReason.RIVALS), tuple(areas))


def _doubts(senses: Sequence[Sense]) -> list[PlaceReason]:
    doubts = []
    if len({sense.name.text for sense in senses if sense.name.is_road}) > 1:
        doubts.append(PlaceReason.CROSSING)
    if any(sense.off_range for sense in senses):
        doubts.append(PlaceReason.NUMBER_OUT_OF_RANGE)
    if len(senses) == 1 and not senses[0].name.full:
        doubts.append(PlaceReason.SHORT_NAME_ONLY)
    return doubts


def _is_one_road(senses: Sequence[Sense], shared: Level) -> bool:
    """Return whether rivals are but stretches of one road inside a town, for want of a house number."""
    inside_town = LEVELS.index(shared) >= LEVELS.index(Level.TOWN)
    roads = [sense for sense in senses if sense.name.is_road]
    return inside_town and len(roads) == 1 and all(meant.is_road for meant in roads[0].referents)


def _doubt_leftovers(gazetteer: Gazetteer, found: _Finding, leftovers: Sequence[Leftover]) -> _Finding:
    """Return the finding with what is left over held against it, and its area drawn back above that."""
    in_village = found.area_id is not None and _depth(gazetteer, found.area_id) >= LEVELS.index(Level.VILLAGE)
    unexplained = [
        leftover
        for leftover in leftovers
        if leftover.typed or leftover.touching or (leftover.numbered and not in_village)
    ]
    base = _above(gazetteer, found.area_id, unexplained)
    similar = _similar(gazetteer, leftovers, base)
    if not unexplained and not similar:
        return found
    reason = PlaceReason.SIMILAR_NAME if similar else PlaceReason.UNKNOWN_NAME
    return _Finding(base, (reason, *found.reasons), (*similar, *found.candidates))


def _above(gazetteer: Gazetteer, area_id: int | None, unexplained: Sequence[Leftover]) -> int | None:
    """Return the nearest ancestor-or-self wider than any level that something unexplained claims."""
    claimed = [LEVELS.index(leftover.level) for leftover in unexplained if leftover.level is not None]
    if area_id is None or not claimed:
        return area_id
    chain = gazetteer.chains[area_id]
    return next((area for area in chain if _depth(gazetteer, area) < min(claimed)), None)


def _depth(gazetteer: Gazetteer, area_id: int) -> int:
    return LEVELS.index(gazetteer.areas[area_id].level)


def _similar(gazetteer: Gazetteer, leftovers: Sequence[Leftover], within: int | None) -> tuple[int, ...]:
    if within is None:
        return ()
    found = {area for leftover in leftovers for area in gazetteer.similar.find(leftover.text, within)}
    return tuple(sorted(found))


def _granularity(gazetteer: Gazetteer, area_id: int | None) -> Granularity:
    if area_id is None:
        return Granularity.NONE
    return _GRANULARITY.get(gazetteer.areas[area_id].level, Granularity.NONE)


def _review(gazetteer: Gazetteer, found: _Finding) -> Answer:
    return Answer(
        PlaceStatus.REVIEW,
        _granularity(gazetteer, found.area_id),
        found.area_id,
        None,
        found.reasons,
        tuple(dict.fromkeys(found.candidates))[:_MOST_CANDIDATES],
    )
