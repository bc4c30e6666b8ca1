"""The inner loop of polishing: plain Python that numba compiles where there is much to do.

It is made by a function that is given the compiler, so that one text is both: what a compiled loop calls
must be compiled too.
"""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def make(compiled: Callable[[Any], Any]) -> Any:  # noqa: PLR0915  one text of five small loops
    """Return ``anneal`` made by a compiler, or plain by the identity.

    ``anneal((starts, ends, border), (weights, fixed), (part, loads, counts), rules, draws)`` moves grids
    between the parts of ``part`` in place; see ``grid.patches.polishing``.
    """

    @compiled
    def excess(load: float, low: float, high: float) -> float:
        beyond = load - high if load > high else low - load if load < low else 0.0
        return beyond * beyond

    @compiled
    def reach_first(graph: Any, part: Any, grid: int, notes: Any, stamp: int) -> int:
        """Mark the neighbours of a grid in its own part, put the first in the queue, count the others."""
        starts, ends, _ = graph
        queue, seen = notes
        others = 0
        for at in range(starts[grid], starts[grid + 1]):
            near = ends[at]
            if part[near] == part[grid]:
                if others == 0:
                    queue[0] = near
                seen[near] = stamp
                others += 1
        return others

    @compiled
    def keeps_whole(graph: Any, part: Any, grid: int, notes: Any, stamp: int) -> bool:
        """Tell whether the neighbours of a grid in its own part hang together without it."""
        wanted = reach_first(graph, part, grid, notes, stamp) - 1
        if wanted < 1:
            return True
        starts, ends, _ = graph
        queue, seen = notes
        head, tail = 0, 1
        seen[grid] = stamp + 1
        seen[queue[0]] = stamp + 1
        while head < tail:
            for at in range(starts[queue[head]], starts[queue[head] + 1]):
                near = ends[at]
                if part[near] != part[grid] or seen[near] == stamp + 1:
                    continue
                if seen[near] == stamp:
                    wanted -= 1
                    if wanted == 0:
                        return True
                seen[near] = stamp + 1
                queue[tail] = near
                tail += 1
            head += 1
        return False

    @compiled
    def longer(graph: Any, part: Any, grid: int, to: int) -> float:
        """Return by how much the borders between parts grow when a grid moves."""
        starts, ends, border = graph
        change = 0.0
        for at in range(starts[grid], starts[grid + 1]):
            other = part[ends[at]]
            change += border[at] if other == part[grid] else -border[at] if other == to else 0.0
        return change

    @compiled
    def anneal(graph: Any, grids: Any, state: Any, rules: Any, draws: Any) -> None:
        starts, ends, _ = graph
        weights, fixed = grids
        part, loads, counts = state
        low, high, price, softest, hottest, coolest = rules
        notes = (np.zeros(len(part), np.int64), np.zeros(len(part), np.int64))
        steps = len(draws)
        for step in range(steps):
            grid = int(draws[step, 0] * len(part))
            around = starts[grid + 1] - starts[grid]
            if fixed[grid] or around == 0:
                continue
            to = part[ends[starts[grid] + int(draws[step, 1] * around)]]
            own = part[grid]
            if to == own or counts[own] == 1:
                continue
            weight = weights[grid]
            before = excess(loads[own], low, high) + excess(loads[to], low, high)
            after = excess(loads[own] - weight, low, high) + excess(loads[to] + weight, low, high)
            firm = price * softest ** (1 - step / steps)
            worse = firm * (after - before) + longer(graph, part, grid, to)
            heat = hottest * (coolest / hottest) ** (step / steps)
            # Only in the heat is what is worse taken, the less worse the oftener; the last tenth is cold.
            if worse > 0 and (10 * step >= 9 * steps or draws[step, 2] >= np.exp(-worse / heat)):
                continue
            if worse == 0 or not keeps_whole(graph, part, grid, notes, 2 * step + 1):
                continue
            part[grid] = to
            loads[own] -= weight
            loads[to] += weight
            counts[own] -= 1
            counts[to] += 1

    return anneal
