"""Emergence equals a table worked by hand, finds what was planted by months, and is honest of too few."""

from datetime import date

import numpy as np
import pytest

from grid.hotspots.adjacency import Neighbourhood, adjacency_of
from grid.hotspots.caveats import Caveat
from grid.hotspots.emerging import classify, find_emerging
from grid.hotspots.findings import Emergence, Emerging
from tests.domain.neighbourhoods import lattice, neighbourhood

SIDE, MONTHS = 16, 12
DAYS = tuple(date(2025, month, 1) for month in range(1, MONTHS + 1))
HERE = 5 * SIDE + 5

RISING, FALLING, STEADY, UNSURE = (0.6, 0.01), (-0.6, 0.01), (0.1, 0.6), (0.6, 0.06)
BY_HAND = [
    # months hot (#), trend of z, what is said of it
    ("............", STEADY, "none"),
    ("............", RISING, "none"),
    ("...........#", RISING, "new"),
    (".........###", FALLING, "new"),
    ("........####", RISING, "intensifying"),
    ("........####", STEADY, "persistent"),
    ("........####", FALLING, "diminishing"),
    ("......#.....", STEADY, "sporadic"),
    ("......######", UNSURE, "persistent"),
    ("#..........#", RISING, "sporadic"),
    ("#########...", FALLING, "sporadic"),
    ("##########..", FALLING, "sporadic"),
    ("#.########.#", RISING, "sporadic"),
    ("###########.", RISING, "diminishing"),
    ("###########.", STEADY, "diminishing"),
    (".###########", RISING, "intensifying"),
    ("######.#####", FALLING, "diminishing"),
    ("######.#####", STEADY, "persistent"),
    ("############", RISING, "intensifying"),
    ("############", STEADY, "persistent"),
    ("############", UNSURE, "persistent"),
    ("############", FALLING, "diminishing"),
    ("############", (None, None), "persistent"),
]


@pytest.mark.parametrize(("months", "trend", "said"), BY_HAND)
def test_a_table_worked_by_hand(months: str, trend: tuple[float | None, float | None], said: str) -> None:
    hot = np.array([month == "#" for month in months])
    assert classify(hot, *trend) == said


def emerge(city: Neighbourhood, counts: np.ndarray) -> Emerging:
    return find_emerging(city, DAYS[: len(counts)], counts.astype(np.int64))


def noise(months: int = MONTHS, mean: float = 10) -> np.ndarray:
    return np.random.default_rng(3).poisson(mean, (months, SIDE**2))


def planted(extra: list[int]) -> np.ndarray:
    """Noise with more of it, month by month, in an area and its neighbours."""
    counts = noise(len(extra))
    counts[:, [HERE, HERE - 1, HERE + 1, HERE - SIDE, HERE + SIDE]] += np.array(extra)[:, None]
    return counts


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ([0] * 10 + [40] * 2, Emergence.NEW),
        ([20, 25, 30, 35, 40, 50, 60, 70, 80, 100, 120, 150], Emergence.INTENSIFYING),
        ([150, 120, 100, 80, 70, 60, 50, 40, 35, 30, 25, 22], Emergence.DIMINISHING),
        ([40, 45, 40, 45, 40, 45, 40, 45, 40, 45, 40, 45], Emergence.PERSISTENT),
        ([0, 40, 0, 0, 0, 40, 0, 0, 40, 0, 0, 0], Emergence.SPORADIC),
        ([0] * 12, Emergence.NONE),
    ],
)
@pytest.mark.parametrize("people", [np.nan, 3000.0])
def test_what_was_planted_is_named(extra: list[int], said: Emergence, people: float) -> None:
    found = emerge(neighbourhood(lattice(SIDE), people), planted(extra))
    row = found.rows[HERE]
    assert (row.area_id, row.emergence) == (HERE + 100, said)
    assert row.hot == tuple(more > 0 for more in extra)
    far = [one for one in found.rows if one.emergence is not Emergence.NONE]
    assert len(far) <= 14
    assert found.months == DAYS
    assert found.n == planted(extra).sum()


def test_everybody_growing_alike_is_no_hot_spot() -> None:
    counts = noise() * np.arange(1, MONTHS + 1)[:, None]
    rows = emerge(neighbourhood(lattice(SIDE)), counts).rows
    assert sum(row.emergence is not Emergence.NONE for row in rows) <= 6


@pytest.mark.parametrize("people", [np.nan, 0.0, 2000.0])
@pytest.mark.parametrize("counts", [np.zeros((12, 256)), np.full((12, 256), 0), np.eye(12, 256)])
def test_few_matters_say_nothing(counts: np.ndarray, people: float) -> None:
    found = emerge(neighbourhood(lattice(SIDE), people), counts)
    assert {row.emergence for row in found.rows} == {Emergence.TOO_FEW}
    assert {(row.tau, row.p, any(row.hot)) for row in found.rows} == {(None, None, False)}
    assert Caveat.FEW_MATTERS in found.caveats


def test_all_the_same_in_every_month_is_nowhere_hot() -> None:
    rows = emerge(neighbourhood(lattice(SIDE)), np.full((12, 256), 4)).rows
    assert not any(any(row.hot) for row in rows)
    assert {row.emergence for row in rows} <= {Emergence.NONE, Emergence.TOO_FEW}


@pytest.mark.parametrize("months", [1, 3, 5])
def test_few_months_say_nothing(months: int) -> None:
    found = emerge(neighbourhood(lattice(SIDE)), planted([40] * months))
    assert {row.emergence for row in found.rows} == {Emergence.TOO_FEW}
    assert Caveat.FEW_MONTHS in found.caveats
    assert len(found.rows[0].hot) == months


def test_nothing_is_hot_in_a_month_of_few_matters() -> None:
    counts = planted([60] * 12)
    counts[4] = 0
    counts[4, HERE] = 19
    found = emerge(neighbourhood(lattice(SIDE)), counts)
    assert found.rows[HERE].hot == (*[True] * 4, False, *[True] * 7)
    assert not any(row.hot[4] for row in found.rows)
    assert Caveat.FEW_IN_MONTHS in found.caveats


def test_islands_and_areas_without_residents_are_too_few_and_leave_the_others_alone() -> None:
    pairs = np.argwhere(lattice(SIDE).matrix.toarray())
    alone = adjacency_of(np.arange(SIDE**2), pairs[~(pairs == 0).any(axis=1)])
    people = np.full(SIDE**2, 3000.0)
    people[255] = np.nan
    found = emerge(neighbourhood(alone, people), planted([60] * 12))
    assert [row.area_id - 100 for row in found.rows if row.emergence is Emergence.TOO_FEW] == [0, 255]
    assert found.rows[HERE].emergence is not Emergence.NONE
    assert {Caveat.ISLANDS, Caveat.RESIDENTS_UNKNOWN} <= set(found.caveats)


@pytest.mark.parametrize("side", [0, 1, 2])
def test_few_areas_say_nothing(side: int) -> None:
    counts = np.arange(12 * side**2).reshape(12, side**2) * 9
    found = emerge(neighbourhood(lattice(side)), counts)
    assert len(found.rows) == side**2
    assert {row.emergence for row in found.rows} <= {Emergence.TOO_FEW}
