"""Peers of the suggester, each asked alone in the bench's own environment: ``planning_peers.py NAME in out``.

Run as a script: it imports nothing of ours. ``cpsat`` is a direct model of the same question for OR-Tools:
who has what, each area hanging in a tree on a root of its leader. ``recom`` is GerryChain, which knows
no limit of changes: the best maximum that it meets, and how many units it moves for it.
"""

from __future__ import annotations

import json
import random
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np


def main(name: str, asked: str, answered: str) -> None:
    """Read what is asked; write the heaviest load, the bound, the changes and the seconds."""
    given = np.load(asked)
    began = time.perf_counter()
    found = {"cpsat": ask_cpsat, "recom": ask_recom}[name](given, float(given["seconds"]))
    Path(answered).write_text(json.dumps(found | {"seconds": time.perf_counter() - began}), encoding="utf-8")


def ask_cpsat(given: Any, seconds: float) -> dict[str, Any]:
    """Ask CP-SAT for the least maximum within the changes, in no more pieces than today."""
    from ortools.sat.python import cp_model

    weights, today, most = given["workloads"].tolist(), given["today"].tolist(), given["pieces"].tolist()
    n, m = len(weights), len(most)
    model = cp_model.CpModel()
    x = [[model.new_bool_var("") for _ in range(m)] for _ in range(n)]
    top = model.new_int_var(0, sum(weights), "")
    for unit in range(n):
        model.add_exactly_one(x[unit])
        for leader in range(m):
            model.add_hint(x[unit][leader], today[unit] == leader)
    for leader in range(m):
        model.add(sum(weights[unit] * x[unit][leader] for unit in range(n)) <= top)
    model.add(sum(x[unit][today[unit]] for unit in range(n)) >= n - int(given["most_changes"]))
    _root(model, x, most, given["edges"].tolist())
    model.minimize(top)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds, solver.parameters.num_workers = seconds, 2
    status = solver.solve(model)
    known = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return {
        "heaviest": int(solver.objective_value) if known else None,
        "floor": float(solver.best_objective_bound), "proven": status == cp_model.OPTIMAL,
    }  # fmt: skip


def _root(model: Any, x: Any, most: list[int], edges: list[tuple[int, int]]) -> None:
    """Every unit is a root or hangs on a neighbour of the same leader nearer to one."""
    n, m = len(x), len(most)
    rank = [model.new_int_var(0, n - 1, "") for _ in range(n)]
    parents: list[list[Any]] = [[] for _ in range(n)]
    for one, other in edges:
        for child, parent in ((one, other), (other, one)):
            arc = model.new_bool_var("")
            parents[child].append(arc)
            model.add(rank[child] >= rank[parent] + 1).only_enforce_if(arc)
            for leader in range(m):
                model.add_implication(x[child][leader], x[parent][leader]).only_enforce_if(arc)
    roots = [[model.new_bool_var("") for _ in range(m)] for _ in range(n)]
    for unit in range(n):
        model.add_exactly_one([*parents[unit], *roots[unit]])
        for leader in range(m):
            model.add_implication(roots[unit][leader], x[unit][leader])
    for leader in range(m):
        model.add(sum(roots[unit][leader] for unit in range(n)) <= most[leader])


def ask_recom(given: Any, seconds: float) -> dict[str, Any]:
    """Recombine pairs of neighbours from today's plan on, never to a heavier maximum."""
    import networkx
    from gerrychain import Graph, Partition
    from gerrychain.updaters import Tally

    random.seed(7)
    rng = np.random.default_rng(7)
    weights, today = given["workloads"].tolist(), given["today"].tolist()
    graph = networkx.Graph()
    graph.add_nodes_from((unit, {"load": load}) for unit, load in enumerate(weights))
    graph.add_edges_from(given["edges"].tolist())
    here = Partition(
        Graph.from_networkx(graph), dict(enumerate(today)), {"load": Tally("load", alias="load")}
    )
    until, steps = time.perf_counter() + seconds, 0
    while time.perf_counter() < until:
        with suppress(Exception):  # A pair that cannot be halved is no answer; another is tried.
            there = _recombine(here, rng)
            steps += 1
            if max(there["load"].values()) <= max(here["load"].values()):
                here = there
    changes = sum(here.assignment[unit] != was for unit, was in enumerate(today))
    return {"heaviest": max(here["load"].values()), "floor": None, "changes": changes, "steps": steps}


def _recombine(here: Any, rng: np.random.Generator) -> Any:
    """Halve the areas of two neighbours anew: a pair's own half is the goal, for pairs differ widely."""
    from gerrychain.tree import bipartition_tree

    edges = sorted(here["cut_edges"])
    one, other = (here.assignment[unit] for unit in edges[int(rng.integers(len(edges)))])
    areas = here.parts[one] | here.parts[other]
    half = (here["load"][one] + here["load"][other]) / 2
    kept = bipartition_tree(here.graph.subgraph(areas), "load", half, 0.3, node_repeats=0, max_attempts=10)
    return here.flip({unit: one if unit in kept else other for unit in areas})


if __name__ == "__main__":
    main(*sys.argv[1:])
