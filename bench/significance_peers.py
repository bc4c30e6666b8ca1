"""Gi* by esda, timed in the bench's own environment: ``python significance_peers.py areas.npz answers.npz``.

Run as a script: it imports nothing of ours. Compiling is done before, on a small lattice; the weights are
made before, too. Each number of workers that is asked for is tried, and the fastest counts.
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings

import numpy as np
from esda import G_Local
from libpysal.weights import WSP
from scipy import sparse

warnings.simplefilter("ignore")


def main(asked: str, answered: str) -> None:
    """Read a lattice's borders, values and what is asked of them; write medians in seconds, z and p."""
    given = np.load(asked)
    values, permutations, repeats = given["values"], int(given["permutations"]), int(given["repeats"])
    weights = _weights(given["borders"], len(values))
    tried = []
    asked_workers = given["workers"].tolist()
    for workers in asked_workers:
        chain = _weights(np.column_stack([np.arange(59), np.arange(1, 60)]), 60)
        _ask(np.arange(60.0) % 7, chain, permutations and 9, workers)
        seconds, found = [], None
        for _ in range(repeats):
            started = time.perf_counter()
            found = _ask(values, weights, permutations, workers)
            seconds.append(time.perf_counter() - started)
        tried.append(statistics.median(seconds))
    np.savez(
        answered, seconds=min(tried), workers=asked_workers[int(np.argmin(tried))], z=found.Zs,
        p=found.p_sim if permutations else found.p_norm,
    )  # fmt: skip


def _weights(borders: np.ndarray, n: int) -> object:
    rows, columns = np.concatenate([borders, borders[:, ::-1]]).T
    return WSP(sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), (n, n))).to_W(silence_warnings=True)


def _ask(values: np.ndarray, weights: object, permutations: int, workers: int) -> G_Local:
    return G_Local(
        values, weights, transform="B", star=True, permutations=permutations, n_jobs=workers, seed=1,
        keep_simulations=False,
    )  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
