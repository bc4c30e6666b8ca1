"""Leader colours: leaders whose areas touch never share one, and look apart also under deuteranopia."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

from grid.coverage import CoverageBook, bordering_leaders
from layers.theme import LEADER_COLOURS


def assign_colours(book: CoverageBook, keep: Mapping[int, str] | None = None) -> dict[int, str]:
    """Return a colour for each leader of a book by leader id, the same for the same book.

    ``keep`` holds colours shown before: a leader keeps his as long as no neighbour has it, so that a
    planner's move does not repaint the map. The most constrained leader chooses first (DSATUR, Brélaz 1979);
    up to twelve leaders all differ.
    """
    neighbours = bordering_leaders(book)
    colours = _kept(neighbours, keep or {})
    waiting = [leader.id for leader in book.leaders if leader.id not in colours]
    while waiting:
        leader = min(waiting, key=lambda one: _freedom(one, neighbours[one], colours))
        waiting.remove(leader)
        colours[leader] = _choose(
            {colours[other] for other in neighbours[leader] if other in colours}, colours
        )
    return colours


def _kept(neighbours: Mapping[int, frozenset[int]], keep: Mapping[int, str]) -> dict[int, str]:
    kept: dict[int, str] = {}
    for leader in sorted(neighbours):
        colour = keep.get(leader)
        if colour in LEADER_COLOURS and colour not in {kept.get(other) for other in neighbours[leader]}:
            kept[leader] = colour
    return kept


def _freedom(leader: int, others: frozenset[int], colours: Mapping[int, str]) -> tuple[int, int, int]:
    taken = {colours[other] for other in others if other in colours}
    return -len(taken), -len(others), leader


def _choose(taken: set[str], colours: Mapping[int, str]) -> str:
    """Return a colour that no neighbour has, of those the least used, of those the farthest from theirs.

    Colours on the map that do not touch count less: twice as near is as good. With more than eleven
    neighbours all are taken: the least used serves and the label tells them apart.
    """
    free = [colour for colour in LEADER_COLOURS if colour not in taken] or list(LEADER_COLOURS)
    used = Counter(colours.values())
    least = min(used[colour] for colour in free)
    candidates = (colour for colour in free if used[colour] == least)
    return max(candidates, key=lambda one: min(_distance(one, taken), 4 * _distance(one, used)))


def _distance(colour: str, others: Iterable[str]) -> float:
    """Return the squared distance to the nearest of the others, infinite where there is none."""
    here = _seen(colour)
    return min(
        (sum((a - b) ** 2 for a, b in zip(here, _seen(other), strict=True)) for other in others),
        default=math.inf,
    )


@cache
def _seen(colour: str) -> tuple[float, float, float]:
    """Return a colour as a deuteranope sees it: linear RGB through Viénot, Brettel & Mollon (1999), then cube
    roots as a cheap lightness scale."""
    red, green, blue = ((int(colour[at : at + 2], 16) / 255) ** 2.2 for at in (1, 3, 5))
    mixed = 0.29275 * red + 0.70725 * green
    return mixed ** (1 / 3), mixed ** (1 / 3), (max(0.0, -0.02234 * red + 0.02234 * green + blue)) ** (1 / 3)
