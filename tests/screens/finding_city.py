"""A search over a few things, that remembers what it was asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from grid.finding import Found, Kind, rank_all, spell, words_of
from grid.refusals import Refused

THINGS = (
    Found(Kind.MATTER, "FX202611000001", "", "FX202611000001"),
    Found(Kind.AREA, "云岭县", "", "10", "county"),
    Found(Kind.AREA, "云岭镇", "云岭县", "11", "town"),
    Found(Kind.AREA, "第1网格", "云岭县 › 云岭镇", "12", "grid"),
    Found(Kind.UNIT, "云岭镇", "990101100", "990101100", "town"),
    Found(Kind.LEADER, "云书记", "市委书记", "3"),
)


@dataclass
class FakeFinding:
    """``grid.ports.FindingDesk``; ``refusal`` is raised while it is set."""

    refusal: Refused | None = None
    asked: list[tuple[str, frozenset[Kind]]] = field(default_factory=list)

    def find(self, query: str, kinds: Collection[Kind]) -> tuple[Found, ...]:
        self.asked.append((query, frozenset(kinds)))
        if self.refusal is not None:
            raise self.refusal
        words = words_of(query)
        fitting = [one for one in THINGS if rank_all(words, (spell(one.name),)) is not None]
        whole = [one for one in fitting if one.kind is not Kind.MATTER or one.key == query]
        return tuple(one for one in whole if one.kind in kinds)
