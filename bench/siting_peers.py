"""MCLP by spopt and 2SFCA by access, timed in the bench's own environment.

``python siting_peers.py spopt|access in.npz out.npz``. Run as a script: it imports nothing of ours.
"""

from __future__ import annotations

import sys
import time
import warnings

import numpy as np
import pandas as pd
import pulp
from access import Access
from scipy.spatial.distance import cdist
from spopt.locate import MCLP

warnings.simplefilter("ignore")


def main(what: str, asked: str, answered: str) -> None:
    """Read an instance; write seconds and the answer of one peer."""
    given = np.load(asked)
    (_cover if what == "spopt" else _access)(given, answered)


def _cover(given: np.lib.npyio.NpzFile, answered: str) -> None:
    started = time.perf_counter()
    costs = cdist(given["demands"], given["sites"])
    model = MCLP.from_cost_matrix(
        costs, given["weights"], service_radius=float(given["radius"]), p_facilities=int(given["most"])
    )
    built = time.perf_counter() - started
    model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=float(given["limit"])))
    chosen = [j for j, one in enumerate(model.fac_vars) if one.value() and one.value() > 0.5]
    near = (costs[:, chosen] <= float(given["radius"])).any(axis=1)
    np.savez(
        answered, built=built, seconds=time.perf_counter() - started, covered=given["weights"][near].sum()
    )


def _access(given: np.lib.npyio.NpzFile, answered: str) -> None:
    n, m = len(given["demands"]), len(given["sites"])
    demand = pd.DataFrame({"id": np.arange(n), "people": given["weights"].astype(float)})
    supply = pd.DataFrame({"id": np.arange(m), "agents": given["agents"].astype(float)})
    costs = cdist(given["demands"], given["sites"])
    near = np.argwhere(costs <= float(given["radius"]))
    table = pd.DataFrame({"origin": near[:, 0], "dest": near[:, 1], "cost": costs[tuple(near.T)]})
    started = time.perf_counter()
    asked = Access(
        demand_df=demand, demand_index="id", demand_value="people", supply_df=supply, supply_index="id",
        supply_value="agents", cost_df=table, cost_origin="origin", cost_dest="dest", cost_name="cost",
    )  # fmt: skip
    found = asked.two_stage_fca(name="two", cost="cost", max_cost=float(given["radius"]))
    seconds = time.perf_counter() - started
    values = found.reindex(np.arange(n)).iloc[:, -1].fillna(0.0).to_numpy()
    np.savez(answered, seconds=seconds, values=values)


if __name__ == "__main__":
    main(*sys.argv[1:])
