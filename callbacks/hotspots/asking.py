"""A request, understood: who may answer it, what is known of the city, and what is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from callbacks.hotspots.asked import State, read_state
from callbacks.hotspots.known import Facts, KnownCity
from callbacks.hotspots.pictures import shown_level
from grid.areas import Level
from grid.hotspots.questions import MatterFilter
from grid.ports import HotspotDesk
from grid.refusals import Refused


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """One request; ``level`` is the one shown, ``ignored`` the parts that could not be read."""

    desk: HotspotDesk
    facts: Facts
    state: State
    level: Level
    matters: MatterFilter
    ignored: tuple[str, ...]


def understand(desk: HotspotDesk, known: KnownCity, query: object) -> Asking:
    """Return a request understood; raises ``Refused('hotspots_no_areas')`` and what the desk refuses with."""
    facts = known.facts(desk)
    state, ignored = read_state(query if isinstance(query, Mapping) else {}, facts.city.today)
    level = shown_level(state, facts)
    if level is None:
        raise Refused("hotspots_no_areas")
    within = known.within(desk, state.area, state.leader)
    return Asking(desk, facts, state, level, state.matters(within), ignored)


def read_asked(asked: object) -> tuple[int, object, object]:
    """Return number, query and what is drawn of a request; of anything else a request for the default."""
    if not isinstance(asked, dict):
        return 0, None, None
    number = asked.get("n")
    return number if type(number) is int else 0, asked.get("query"), asked.get("drawn")
