"""A town divided by METIS in its own environment: ``python patches_peer.py town.npz parts answer.npz``.

Run as a script: it imports nothing of ours.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pymetis


def main(asked: str, parts: str, answered: str) -> None:
    """Read weights, pairs and borders; write the part of each grid and the seconds of dividing alone."""
    given = np.load(asked)
    near: list[list[tuple[int, int]]] = [[] for _ in given["weights"]]
    for (one, other), length in zip(given["pairs"].tolist(), given["border_m"].tolist(), strict=True):
        near[one].append((other, max(1, round(length))))
        near[other].append((one, max(1, round(length))))
    starts = np.cumsum([0, *map(len, near)]).tolist()
    ends, lengths = ([pair[at] for row in near for pair in row] for at in (0, 1))
    options = pymetis.Options(contig=1)
    started = time.perf_counter()
    _, part = pymetis.part_graph(
        int(parts), pymetis.CSRAdjacency(adj_starts=starts, adjacent=ends),
        vweights=given["weights"].tolist(), eweights=lengths, options=options,
    )  # fmt: skip
    np.savez(answered, seconds=time.perf_counter() - started, part=part)


if __name__ == "__main__":
    main(*sys.argv[1:])
