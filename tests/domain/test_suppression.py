"""No hidden count of a village can be told from what is shown, and no more is hidden than is of use."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid import suppression
from grid.disclosure import Release, recoverable
from grid.measures import SMALL_CELL
from grid.suppression import release_of, suppress


@st.composite
def cities(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Draw counts of up to four towns in up to four windows, small and large ones mixed."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=1, max_size=4))
    town_of = np.repeat(np.arange(len(sizes)), sizes)
    windows = draw(st.integers(1, 4))
    gain = st.one_of(st.integers(0, 6), st.sampled_from([0, 0, 1, 9, 40]))
    gains = [draw(st.lists(gain, min_size=windows, max_size=windows)) for _ in town_of]
    return np.array(gains).cumsum(axis=1), town_of


def _random_city(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 7, 40)
    town_of = np.repeat(np.arange(40), sizes)
    a_month = rng.gamma(0.8, 1.5, len(town_of))
    gains = np.stack([rng.poisson(a_month * months) for months in (1, 2, 9, 12)], axis=1)
    return gains.cumsum(axis=1), town_of


def _plain_rule(counts: np.ndarray, town_of: np.ndarray) -> np.ndarray:
    with_siblings = np.bincount(town_of)[town_of] > 1
    return (counts > 0) & (counts < SMALL_CELL) & with_siblings[:, None]


@pytest.mark.parametrize("seed", range(3))
def test_hiding_only_small_counts_is_undone_by_subtraction(seed: int) -> None:
    """The audit can fail: the rule that everybody thinks of first does not pass it."""
    counts, town_of = _random_city(seed)
    assert len(recoverable(release_of(counts, town_of, _plain_rule(counts, town_of)))) > 30


@pytest.mark.parametrize("seed", range(3))
def test_nothing_hidden_can_be_told_in_a_city(seed: int) -> None:
    counts, town_of = _random_city(seed)
    hidden = suppress(counts, town_of)
    assert recoverable(release_of(counts, town_of, hidden), seed=99) == ()
    assert hidden.any()
    assert (~hidden).sum() > 0.3 * hidden.size, "hiding everything would be safe and useless"


@settings(max_examples=60)
@given(city=cities(), data=st.data())
def test_nothing_hidden_can_be_told_in_any_city(
    city: tuple[np.ndarray, np.ndarray], data: st.DataObject
) -> None:
    counts, town_of = city
    hidden = suppress(counts, town_of)
    known = release_of(counts, town_of, hidden)
    assert recoverable(known, seed=99) == ()
    # Nor by a reader who knows only what is published: matters placed to a town only are in its total.
    rest = np.array(data.draw(st.lists(st.integers(0, 3), min_size=counts.size, max_size=counts.size)))
    apart = rest.reshape(counts.shape)[: len(known.totals)].cumsum(axis=1)
    weaker = Release(known.shown, town_of, known.totals + apart, apart.sum(axis=0))
    assert recoverable(weaker, seed=99) == ()


@settings(max_examples=200)
@given(city=cities())
def test_the_rules_hold_in_every_table_of_gains(city: tuple[np.ndarray, np.ndarray]) -> None:
    counts, town_of = city
    hidden = suppress(counts, town_of)
    for town in range(town_of.max() + 1):
        own, unseen = counts[town_of == town], hidden[town_of == town]
        if len(own) == 1:
            assert not unseen.any()
            continue
        for first in range(-1, own.shape[1]):
            for last in range(first + 1, own.shape[1]):
                _check_gains(own, unseen, first, last)


def _check_gains(counts: np.ndarray, hidden: np.ndarray, first: int, last: int) -> None:
    start = counts[:, first] if first >= 0 else np.zeros(len(counts), dtype=int)
    unseen = hidden[:, last] | (hidden[:, first] if first >= 0 else False)
    wider = last + 1 if first < 0 else last
    settled = ((counts == 0) & ~hidden)[:, wider:].any(axis=1)
    gained = counts[:, last] - start
    shown = gained[~unseen & ~settled]
    assert not ((shown > 0) & (shown < SMALL_CELL)).any()
    if 0 < gained.sum() < SMALL_CELL:
        assert not shown.size
    if unseen.any():
        assert unseen.sum() >= 2
        assert gained[unseen].sum() >= SMALL_CELL or not shown.size


def _hide(*rows: list[int]) -> list[list[bool]]:
    found: list[list[bool]] = suppress(np.array(rows), np.zeros(len(rows), dtype=int)).tolist()
    return found


def test_a_small_count_is_hidden_with_the_least_that_makes_up_five() -> None:
    assert _hide([3], [40], [6], [0], [90]) == [[True], [False], [True], [False], [False]]


def test_zeros_under_a_small_town_are_small() -> None:
    assert _hide([0], [3], [0]) == [[True], [True], [True]]


def test_a_zero_of_a_wider_window_settles_the_narrower_ones() -> None:
    hidden = _hide([1, 9], [1, 30], [0, 0], [0, 20])
    assert hidden == [[True, False], [True, False], [False, False], [True, False]]


def test_a_settled_zero_is_given_up_where_one_village_would_be_left() -> None:
    assert _hide([2, 9], [0, 0], [0, 0])[0] == [True, True]


def test_zeros_of_an_empty_town_are_shown() -> None:
    assert _hide([0], [0]) == [[False], [False]]


def test_the_only_village_of_its_town_is_its_town() -> None:
    assert _hide([2]) == [[False]]


def test_a_small_gain_hides_the_narrower_window() -> None:
    assert _hide([10, 12], [50, 80], [60, 95]) == [[True, False], [True, False], [False, False]]


def test_large_counts_with_large_gains_are_all_shown() -> None:
    assert not np.any(_hide([9, 20, 60], [5, 11, 40], [0, 0, 8]))


def test_an_empty_city_has_nothing_to_hide() -> None:
    assert suppress(np.zeros((0, 4), dtype=int), np.zeros(0, dtype=int)).shape == (0, 4)


@pytest.mark.parametrize("seed", range(2))
def test_the_audit_makes_good_what_poor_rules_leave_open(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def poor(counts: np.ndarray, *, small: int, hidden: np.ndarray | None = None) -> np.ndarray:
        plain = _plain_rule(counts, np.zeros(len(counts), dtype=int))
        return plain if hidden is None else hidden | plain

    monkeypatch.setattr(suppression, "hidden_by_rule", poor)
    counts, town_of = _random_city(seed)
    hidden = suppress(counts, town_of)
    assert recoverable(release_of(counts, town_of, hidden), seed=99) == ()
