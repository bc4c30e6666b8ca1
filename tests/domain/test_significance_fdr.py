"""q equals statsmodels' Benjamini-Hochberg; areas of which nothing is said do not count among the tests."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from grid.hotspots.fdr import q_values


@given(
    st.lists(
        st.one_of(
            st.floats(0, 1, allow_subnormal=False), st.sampled_from([0.0, 0.01, 0.5, 1.0, float("nan")])
        ),
        max_size=60,
    )
)
def test_equals_statsmodels(values: list[float]) -> None:
    p = np.array(values, dtype=float)
    q, tested = q_values(p), ~np.isnan(p)
    if tested.any():
        np.testing.assert_allclose(q[tested], multipletests(p[tested], method="fdr_bh")[1], rtol=1e-12)
    assert np.isnan(q[~tested]).all()


def test_a_table_worked_by_hand() -> None:
    # Sorted .01 .02 .03 .5 of four: 4·.01/1, 4·.02/2, 4·.03/3 are .04 each; .5·4/4.
    assert q_values(np.array([0.5, 0.03, 0.01, 0.02])).tolist() == pytest.approx([0.5, 0.04, 0.04, 0.04])


def test_layers_are_each_as_if_alone() -> None:
    p = np.random.default_rng(1).random((30, 5)) ** 3
    p[4, 2] = np.nan
    together = q_values(p)
    for layer in range(5):
        np.testing.assert_array_equal(together[:, layer], q_values(p[:, layer]))
