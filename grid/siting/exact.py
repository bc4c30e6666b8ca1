"""The coverage model as a mixed-integer programme for HiGHS: sites are whole, demands follow."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from grid.siting.coverage import Cover, Ints

_ROUNDING = 1e-6
_LEAST_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Answer:
    """The sites chosen, none where the time was too short, and the weight that no choice covers more than."""

    sites: tuple[int, ...]
    bound: int


def solve_exactly(cover: Cover, weights: Ints, most: int, seconds: float) -> Answer:
    """Return the best choice of at most ``most`` sites found within a time, and a bound on all of them."""
    total = int(weights.sum())
    if not (cover.sites and cover.size and most):
        return Answer((), 0)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in {
        "output_flag": False,
        "time_limit": max(seconds, _LEAST_SECONDS),
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 1 - 1e-3,
        "threads": 1,
    }.items():
        solver.setOptionValue(name, value)
    solver.passModel(_programme(cover, weights, most))
    solver.run()
    bound = solver.getInfo().mip_dual_bound
    known = min(total, int(np.floor(-bound + _ROUNDING))) if np.isfinite(bound) else total
    values = np.array(solver.getSolution().col_value[: cover.sites])
    is_found = solver.getInfo().primal_solution_status == highspy.kSolutionStatusFeasible
    sites = tuple(int(site) for site in np.flatnonzero(values > 0.5)) if is_found else ()
    return Answer(sites, known)


def _programme(cover: Cover, weights: Ints, most: int) -> highspy.HighsLp:
    """Return: cover as much as possible, y ≤ Σ x of the sites that cover it, Σ x ≤ ``most``."""
    sites, size = cover.sites, cover.size
    matrix = sparse.hstack([cover.matrix().T, -sparse.eye_array(size)])
    first = sparse.csr_array(np.concatenate([np.ones(sites), np.zeros(size)])[None, :])
    rows = sparse.vstack([matrix, first]).tocsc()
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = sites + size, size + 1
    model.col_cost_ = np.concatenate([np.zeros(sites), -weights.astype(np.float64)])
    model.col_lower_, model.col_upper_ = np.zeros(sites + size), np.ones(sites + size)
    model.row_lower_ = np.concatenate([np.zeros(size), [-highspy.kHighsInf]])
    model.row_upper_ = np.concatenate([np.full(size, highspy.kHighsInf), [float(most)]])
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = rows.indptr, rows.indices
    model.a_matrix_.value_ = rows.data
    whole, free = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    model.integrality_ = [whole] * sites + [free] * size
    return model
