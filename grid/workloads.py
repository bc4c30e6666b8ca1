"""Workload (工作量): a visible, versioned weighing of what a unit has on its hands."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import date

from grid.refusals import Refused


@dataclass(frozen=True, slots=True)
class UnitMeasures:
    """What a unit and all below it have on their hands: 件, and ``population`` in residents.

    ``cases`` is the backlog that the annex states; ``due_soon`` is due within 7 days and not late.
    """

    cases: int = 0
    open: int = 0
    overdue: int = 0
    due_soon: int = 0
    population: int = 0


@dataclass(frozen=True, slots=True)
class Weights:
    """Whole weights of a formula, each ≥ 0; ``population`` is a weight of every full 10,000 residents."""

    cases: int = 0
    open: int = 0
    overdue: int = 0
    due_soon: int = 0
    population: int = 0

    @property
    def counts_cases_alone(self) -> bool:
        """Whether a workload is a number of 件 as the annex has it, and not a mixture (分)."""
        return self == DEFAULT_WEIGHTS


DEFAULT_WEIGHTS = Weights(cases=1)
_RESIDENTS = 10_000


LARGEST_WEIGHT = 100
"""More than this says nothing that a smaller weight of the others does not."""


def check_weights(weights: Weights) -> None:
    """Raise ``Refused('formula_weights')`` but for whole weights from 0 to 100, not all of them 0."""
    each = astuple(weights)
    if not any(each) or not all(type(one) is int and 0 <= one <= LARGEST_WEIGHT for one in each):
        raise Refused("formula_weights", most=LARGEST_WEIGHT)


@dataclass(frozen=True, slots=True)
class Formula:
    """A version of the weighing; never changed, only followed."""

    version: int
    name: str
    valid_from: date
    weights: Weights


def workload(measures: UnitMeasures, weights: Weights) -> int:
    """Return a unit's workload: 件 by the default weights, else 分; whole, so that proofs are exact."""
    return (
        weights.cases * measures.cases
        + weights.open * measures.open
        + weights.overdue * measures.overdue
        + weights.due_soon * measures.due_soon
        + weights.population * measures.population // _RESIDENTS
    )
