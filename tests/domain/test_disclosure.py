"""The audit finds exactly what can be told of hidden counts: no more and no less than trying every table."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grid.disclosure import Release, Span, feasible_range, recoverable

SMALL = 3


def tables(release: Release) -> Iterator[np.ndarray]:
    """Yield every table of cumulative counts that fits a release, by trying all."""
    windows = release.shown.shape[1]
    gains = np.diff(release.totals, axis=1, prepend=0)
    columns = []
    for window in range(windows):
        ranges = [range(gain + 1) for gain in gains[release.town_of, window]]
        columns.append([column for column in itertools.product(*ranges) if _fits(release, column, window)])
    for chosen in itertools.product(*columns):
        counts = np.array(chosen).T.cumsum(axis=1)
        if (np.isnan(release.shown) | (counts == release.shown)).all():
            yield counts


def _fits(release: Release, column: tuple[int, ...], window: int) -> bool:
    held = np.zeros(len(release.totals), dtype=int)
    np.add.at(held, release.town_of, column)
    gain = np.diff(release.totals, axis=1, prepend=0)[:, window]
    if release.apart is None:
        return bool((held == gain).all())
    apart = np.diff(release.apart, prepend=0)[window]
    return bool((held <= gain).all() and (gain - held).sum() == apart)


def told(release: Release, minimum_width: int) -> set[Span]:
    """Return what the audit has to find."""
    counts = np.pad(np.array(list(tables(release))), ((0, 0), (0, 0), (1, 0)))
    known = np.pad(np.isfinite(release.shown), ((0, 0), (1, 0)), constant_values=True)
    found = set()
    for village, (first, last) in itertools.product(
        range(len(known)), itertools.combinations(range(known.shape[1]), 2)
    ):
        values = counts[:, village, last] - counts[:, village, first]
        hidden = not (known[village, first] and known[village, last])
        small = first == 0 or (values.min() >= 1 and values.max() < SMALL)
        if hidden and small and values.max() - values.min() < minimum_width:
            found.add(Span(village, first, last))
    return found


@st.composite
def releases(draw: st.DrawFn) -> Release:
    """Draw a tiny city: two towns, two windows, some counts hidden at random."""
    town_of = np.array(draw(st.sampled_from([[0, 0], [0, 0, 0], [0, 0, 1], [0, 0, 1, 1]])))
    windows = draw(st.integers(1, 3 if len(town_of) < 3 else 2))
    cells = st.lists(st.integers(0, 3), min_size=windows, max_size=windows)
    counts = np.array([draw(cells) for _ in town_of]).cumsum(axis=1)
    hidden = np.array([[draw(st.booleans()) for _ in range(windows)] for _ in town_of])
    totals = np.zeros((town_of.max() + 1, windows), dtype=np.int64)
    np.add.at(totals, town_of, counts)
    apart = None
    if draw(st.booleans()):
        rest = np.array(
            [draw(st.lists(st.integers(0, 2), min_size=windows, max_size=windows)) for _ in totals]
        )
        totals, apart = totals + rest.cumsum(axis=1), rest.cumsum(axis=1).sum(axis=0)
    return Release(np.where(hidden, np.nan, counts), town_of, totals, apart)


@settings(max_examples=150)
@given(release=releases(), minimum_width=st.integers(1, 3))
def test_finds_what_trying_every_table_finds(release: Release, minimum_width: int) -> None:
    gains = np.diff(release.totals, axis=1, prepend=0) + 1
    assume(np.prod(gains[release.town_of].astype(float)) < 60_000)
    found = recoverable(release, small=SMALL, minimum_width=minimum_width)
    assert len(found) == len(set(found))
    assert set(found) == told(release, minimum_width)


@settings(max_examples=60)
@given(release=releases(), data=st.data())
def test_bounds_are_those_of_every_table(release: Release, data: st.DataObject) -> None:
    gains = np.diff(release.totals, axis=1, prepend=0) + 1
    assume(np.prod(gains[release.town_of].astype(float)) < 60_000)
    village = data.draw(st.integers(0, len(release.shown) - 1))
    last = data.draw(st.integers(1, release.shown.shape[1]))
    first = data.draw(st.integers(0, last - 1))
    counts = np.pad(np.array(list(tables(release))), ((0, 0), (0, 0), (1, 0)))[:, village]
    values = counts[:, last] - counts[:, first]
    assert feasible_range(release, Span(village, first, last)) == (values.min(), values.max())


def test_a_single_hidden_village_is_told_by_its_towns_total() -> None:
    release = Release(np.array([[np.nan], [9.0], [0.0]]), np.zeros(3, dtype=int), np.array([[11]]))
    assert recoverable(release) == (Span(0, 0, 1),)


def test_matters_placed_to_the_town_only_hide_it_unless_the_city_has_none() -> None:
    shown, town_of = np.array([[np.nan], [9.0], [np.nan], [np.nan]]), np.array([0, 0, 1, 1])
    totals = np.array([[11], [8]])
    assert recoverable(Release(shown, town_of, totals, apart=np.array([2]))) == ()
    assert recoverable(Release(shown, town_of, totals, apart=np.array([0]))) == (Span(0, 0, 1),)


def test_a_count_between_two_equal_ones_is_told() -> None:
    shown = np.array([[7.0, np.nan, 7.0], [6.0, np.nan, 30.0], [5.0, np.nan, 20.0]])
    totals = np.array([[18, 30, 57]])
    assert recoverable(Release(shown, np.zeros(3, dtype=int), totals)) == (Span(0, 0, 2),)


def test_a_small_gain_is_told_although_both_counts_are_hidden() -> None:
    # The first two gain three together; the second, which is shown, gains none of it.
    shown = np.array([[np.nan, np.nan], [8.0, 8.0], [np.nan, np.nan], [6.0, 26.0]])
    known = Release(shown, np.array([0, 0, 1, 1]), np.array([[20, 23], [16, 36]]))
    assert Span(0, 1, 2) in recoverable(known)


def test_a_release_that_nothing_fits_is_refused() -> None:
    shown = np.array([[5.0], [5.0], [np.nan]])
    with pytest.raises(ValueError, match="no table fits"):
        recoverable(Release(shown, np.zeros(3, dtype=int), np.array([[9]])))
