"""The gazetteer of one city: all its names in one automaton, with the tree they hang on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ahocorasick import Automaton

from grid.areas import Area, AreaKind, Level
from grid.geocoding.doors import Door, Doors
from grid.geocoding.names import Name, NamedPlace, collect_names
from grid.geocoding.similar import SimilarNames


@dataclass(frozen=True, slots=True, eq=False)
class Gazetteer:
    """Everything that an address of the city may name.

    ``chains`` gives of every area its ancestors, itself first and the city last; ``automaton``
    (pyahocorasick) finds all names in a text in one pass; ``doors`` are the standard addresses.
    """

    areas: Mapping[int, Area]
    chains: Mapping[int, tuple[int, ...]]
    automaton: Any
    similar: SimilarNames
    doors: Doors
    city_id: int | None


def build_gazetteer(
    areas: Iterable[Area], places: Iterable[NamedPlace], doors: Iterable[Door] = ()
) -> Gazetteer:
    """Return the gazetteer of a city with these areas (any levels, one city at most), places and doors."""
    by_id = {area.id: area for area in areas}
    city_id = next((area.id for area in by_id.values() if area.level is Level.CITY), None)
    chains = {area.id: _chain(area, by_id, city_id) for area in by_id.values()}
    names = collect_names(by_id.values(), places, chains)
    return Gazetteer(
        by_id,
        chains,
        _automaton(names.values()),
        SimilarNames(names.values(), chains),
        Doors(doors, by_id, chains),
        city_id,
    )


def _chain(area: Area, by_id: Mapping[int, Area], city_id: int | None) -> tuple[int, ...]:
    chain = [area.id]
    while area.parent_id is not None and area.parent_id in by_id and area.kind is AreaKind.REGULAR:
        area = by_id[area.parent_id]
        chain.append(area.id)
    # Counties may have come before their city and then know no parent.
    return tuple(chain) if city_id is None or chain[-1] == city_id else (*chain, city_id)


def _automaton(names: Iterable[Name]) -> Any:
    automaton = Automaton()
    for name in names:
        automaton.add_word(name.text, name)
    automaton.make_automaton()
    return automaton
