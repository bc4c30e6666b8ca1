"""Adjacency is what the borders say, whatever their order, repetition or strangers; a part is its own."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grid.hotspots.adjacency import adjacency_of

BORDERS = st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), max_size=60)


@given(BORDERS, st.permutations(list(range(10))))
def test_equals_a_set_of_pairs(borders: list[tuple[int, int]], ids: list[int]) -> None:
    pairs = np.array(borders, dtype=np.int64).reshape(-1, 2)
    adjacency = adjacency_of(np.array(ids), pairs)
    # Ids from 10 on are strangers.
    said = {pair for a, b in borders for pair in ((a, b), (b, a)) if a != b and max(a, b) < 10}
    found = {(ids[a], ids[b]) for a, b in np.argwhere(adjacency.matrix.toarray())}
    assert found == said
    assert set(np.unique(adjacency.matrix.data)) <= {1.0}
    np.testing.assert_array_equal(adjacency.with_self.toarray(), adjacency.matrix.toarray() + np.eye(10))
    np.testing.assert_array_equal(adjacency.degrees, adjacency.matrix.toarray().sum(axis=0))


@given(BORDERS, st.lists(st.booleans(), min_size=15, max_size=15))
def test_a_part_keeps_the_borders_within_it(borders: list[tuple[int, int]], flags: list[bool]) -> None:
    pairs, chosen = np.array(borders, dtype=np.int64).reshape(-1, 2), np.array(flags)
    part = adjacency_of(np.arange(15), pairs).among(chosen)
    alone = adjacency_of(np.flatnonzero(chosen), pairs)
    np.testing.assert_array_equal(part.matrix.toarray(), alone.matrix.toarray())
    np.testing.assert_array_equal(part.degrees, alone.degrees)


def test_no_area_has_no_neighbour() -> None:
    adjacency = adjacency_of(np.arange(0), np.array([(1, 2)]))
    assert (adjacency.size, adjacency.matrix.shape) == (0, (0, 0))
