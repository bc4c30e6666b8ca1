"""What happens where and when: the points, days and kinds of the demo city's matters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from data.demo.causes import BACKGROUND, Cause, day_weights, read_causes, set_down
from data.demo.city import City
from data.demo.divide import OUTSIDE
from data.demo.mesh import Index
from data.demo.terrain import Metres, to_degrees
from grid.areas import Level
from grid.matters import Category, Channel, Purpose
from grid.placing import NOWHERE, index_areas, locate

_BACKGROUND_SHARE = 0.30
_PURPOSES = {Purpose.CLAIM: 0.90, Purpose.SUGGESTION: 0.08, Purpose.ACCUSATION: 0.02}
_TRIES = 8
"""How often a point that fell into the sea or the reservoir is drawn again before it is put on its cause."""


@dataclass(frozen=True, slots=True, eq=False)
class Happenings:
    """Columns of one length, in order of registration.

    ``cause`` is a row of `read_causes`, or -1; ``day`` counts from ``first_day``; ``where`` is (n, 2) metres
    and lies in the grid ``grid`` (a row of the city's grids).
    """

    first_day: date
    days: int
    causes: tuple[Cause, ...]
    cause: Index
    day: Index
    where: Metres
    grid: Index
    category: npt.NDArray[np.object_]
    channel: npt.NDArray[np.object_]
    purpose: npt.NDArray[np.object_]


def make_happenings(city: City, count: int, until: date, rng: np.random.Generator) -> Happenings:
    """Return ``count`` matters of the two years that end with ``until``."""
    first_day = _two_years_before(until)
    days = (until - first_day).days + 1
    causes = read_causes()
    all_causes = (*causes, BACKGROUND)
    weights = np.array([cause.weight for cause in causes])
    shares = np.append(weights / weights.sum() * (1 - _BACKGROUND_SHARE), _BACKGROUND_SHARE)
    number = rng.choice(len(all_causes), count, p=shares)
    day = _by_cause(number, [day_weights(cause, days, until) for cause in all_causes], rng)
    order = np.lexsort((number, day))
    number, day = number[order], day[order]
    where, grid = _points(city, causes, number, rng)
    categories, channels = np.array(Category, dtype=object), np.array(Channel, dtype=object)
    purposes = np.array(list(_PURPOSES), dtype=object)
    return Happenings(
        first_day=first_day,
        days=days,
        causes=causes,
        cause=np.where(number == len(causes), -1, number),
        day=day,
        where=where,
        grid=grid,
        category=categories[_by_cause(number, [_category_weights(one) for one in all_causes], rng)],
        channel=channels[_by_cause(number, [_channel_weights(one) for one in all_causes], rng)],
        purpose=purposes[rng.choice(len(purposes), count, p=list(_PURPOSES.values()))],
    )


def _two_years_before(until: date) -> date:
    after = until + timedelta(days=1)
    return after.replace(year=after.year - 2, day=min(after.day, 28))


def _category_weights(cause: Cause) -> Metres:
    return np.array([cause.categories.get(category, 0.0) for category in Category])


def _channel_weights(cause: Cause) -> Metres:
    """Return a cause's channels with a little of every other channel."""
    return np.array([cause.channels.get(channel, 0.0) + 0.15 for channel in Channel])


def _by_cause(number: Index, weights: list[Metres], rng: np.random.Generator) -> Index:
    """Draw for each matter an index from the weights of its cause."""
    drawn = rng.random(len(number))
    chosen = np.empty(len(number), dtype=np.int64)
    for cause, weight in enumerate(weights):
        mine = number == cause
        heaped = np.cumsum(weight)
        found = np.searchsorted(heaped, drawn[mine] * heaped[-1], side="right")
        chosen[mine] = np.minimum(found, len(weight) - 1)
    return chosen


def _points(
    city: City, causes: tuple[Cause, ...], number: Index, rng: np.random.Generator
) -> tuple[Metres, Index]:
    """Return where each matter is and in which grid; everyday ones follow the population."""
    grids = city.table(Level.GRID)
    spots = np.concatenate([set_down(city, causes, rng), [[0.0, 0.0]]])
    spread = np.append([cause.spread_m for cause in causes], 0.0)[number]
    everyday = number == len(causes)
    middle = spots[number]
    middle[everyday] = city.mesh.hearts[_peopled_cells(city, int(everyday.sum()), rng)]
    index = index_areas(Level.GRID, np.arange(len(grids.codes)), grids.outlines)
    where, grid = middle.copy(), np.full(len(number), NOWHERE)
    open_rows = np.arange(len(number))
    for attempt in range(_TRIES):
        reach = np.where(everyday, 120.0, spread)[open_rows, None] * (attempt < _TRIES - 1)
        stretch = np.array([1.25, 0.8])
        where[open_rows] = middle[open_rows] + rng.standard_normal((len(open_rows), 2)) * reach * stretch
        grid[open_rows] = locate(index, *to_degrees(*where[open_rows].T))
        open_rows = open_rows[grid[open_rows] == NOWHERE]
    return where, grid


def _peopled_cells(city: City, count: int, rng: np.random.Generator) -> Index:
    grids = city.table(Level.GRID)
    cells = np.flatnonzero((grids.of_cell != OUTSIDE) & ~city.mesh.is_lake)
    of_cell = grids.of_cell[cells]
    weight = grids.population[of_cell] / np.bincount(of_cell, minlength=len(grids.codes))[of_cell]
    return rng.choice(cells, count, p=weight / weight.sum())
