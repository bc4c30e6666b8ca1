"""Exact (精确求解): whether any plan has nobody above a limit, answered for certain, by HiGHS.

The limit is fixed and the changes are minimised: minimising the heaviest load itself proves almost nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import highspy
import numpy as np

from grid.suggesting.cutting import broken_cuts
from grid.suggesting.helping import read_helps, write_helpers
from grid.suggesting.model import Cut, Model, Reals, as_programme, read_holders, write_cut, write_model
from grid.suggesting.problem import Help, Ints
from grid.suggesting.terms import Terms

_NONE = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)
"""No column is without bounds, so that both say the same."""


class Verdict(Enum):
    """What a limit turned out to be."""

    FOUND = auto()
    NONE = auto()
    UNKNOWN = auto()
    """Time was over before."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a limit can be met; with ``holders`` (n) and helps where it can.

    ``fewest`` says that no plan within the limit changes less.
    """

    verdict: Verdict
    holders: Ints | None = None
    helps: tuple[Help, ...] = ()
    fewest: bool = False


class Prover:
    """Answers limit after limit for one problem; what it learns of pieces serves all of them."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.cuts: dict[Cut, None] = {}

    def answer(self, top: int, seconds: float, *, fewest: bool = False) -> Answer:
        """Return whether anybody can do with ``top``; asked for the ``fewest`` changes, only with those."""
        until, model = time.perf_counter() + seconds, None
        while time.perf_counter() < until:
            model = model or self._write(top)
            status, values = _run(model, until - time.perf_counter(), first=not fewest)
            if status in _NONE:
                return Answer(Verdict.NONE)
            if values is None:
                break
            optimal = status == highspy.HighsModelStatus.kOptimal
            found = self._read(model, values, fewest=fewest and optimal)
            if found is not None and (optimal or not fewest):
                return found
        return Answer(Verdict.UNKNOWN)

    def _write(self, top: int) -> Model:
        model = write_model(self.terms, top, self.cuts)
        if self.terms.problem.most_helpers:
            write_helpers(model)
        return model

    def _read(self, model: Model, values: Reals, *, fewest: bool) -> Answer | None:
        """Return a solution as a plan, or none after learning why it is none."""
        holders = read_holders(model, values)
        cuts = broken_cuts(self.terms, holders)
        for cut in cuts:
            write_cut(model, cut)
        self.cuts.update(dict.fromkeys(cuts))
        if cuts:
            return None
        return Answer(Verdict.FOUND, holders, read_helps(model, values, holders), fewest)


def _run(model: Model, seconds: float, *, first: bool) -> tuple[highspy.HighsModelStatus, Reals | None]:
    """Return how the solver ended and the values of its columns, none where it found no solution."""
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    solver.setOptionValue("time_limit", max(seconds, 0.01))
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", 0.0)
    # Changes are whole: a bound less than one change away is as good as reached.
    solver.setOptionValue("mip_abs_gap", 0.9)
    if first:
        solver.setOptionValue("mip_max_improving_sols", 1)
    if not model.costs or any(map(_is_void, model.rows.columns, model.rows.lower, model.rows.upper)):
        return highspy.HighsModelStatus.kInfeasible, None
    solver.passModel(as_programme(model))
    solver.run()
    status = solver.getModelStatus()
    feasible = solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    return status, np.array(solver.getSolution().col_value) if feasible else None


def _is_void(columns: Ints, lower: float, upper: float) -> bool:
    """Whether a row without columns asks for something: nobody can do that."""
    return not len(columns) and (lower > 0 or upper < 0)
