"""Siting in a child: a case as JSON in, better and better choices with their bounds as JSON out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from grid.siting.cases import decode_case
from grid.siting.mclp import solve_mclp
from grid.siting.p_median import solve_p_median
from grid.siting.questions import Goal

SECONDS = 10.0
"""How long a proof may take."""


def work(payload: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield ``sites`` (places in the case), ``value`` and ``bound`` of each step; the last is the result.

    ``value`` is the weight covered and ``bound`` what none covers more than; of a median the weighted way
    and what none is below.
    """
    case = decode_case(payload)
    if case.goal is Goal.COVER:
        for step in solve_mclp(case.cover(), case.weights, case.most, case.met, seconds=SECONDS):
            yield {"sites": list(step.sites), "value": step.covered, "bound": step.bound}
        return
    costs, first = case.costs()
    for found in solve_p_median(costs, first, case.most, seconds=SECONDS):
        yield {"sites": list(found.sites), "value": found.cost, "bound": found.bound}
