"""Comparing (方案对比): the loads of two plans side by side, leader by leader."""

from __future__ import annotations

from dataclasses import dataclass

from grid.coverage import CoverageBook, Leader
from grid.planning.loads import loads


@dataclass(frozen=True, slots=True)
class LoadPair:
    """The load of one leader in each of two plans; none where a plan does not know the leader."""

    leader: Leader
    first: int | None
    second: int | None

    @property
    def difference(self) -> int:
        """How much more the second plan asks of the leader."""
        return (self.second or 0) - (self.first or 0)


def load_pairs(first: CoverageBook, second: CoverageBook) -> tuple[LoadPair, ...]:
    """Return every leader of either plan, those whose load changes most first, then the busiest."""
    one = {load.leader_id: load.workload for load in loads(first)}
    other = {load.leader_id: load.workload for load in loads(second)}
    known = {leader.id: leader for leader in (*second.leaders, *first.leaders)}
    pairs = (LoadPair(leader, one.get(id_), other.get(id_)) for id_, leader in known.items())
    return tuple(
        sorted(
            pairs,
            key=lambda pair: (-abs(pair.difference), -max(pair.first or 0, pair.second or 0), pair.leader.id),
        )
    )
