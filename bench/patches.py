"""Dividing seeded towns among workers beside METIS: ``python -m bench.patches``.

Targets are those of coverage.md: max/mean 1.013 at 2,000 grids and 80 workers in 0.22 s, 1.025 at 10,000 and
400 in 2.2 s, no broken pieces. METIS runs in a process of the bench's environment and is timed without the
making of its lists; ours with everything. Compiling is done before.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import click
import numpy as np
from scipy.spatial import Delaunay

from grid.patches import DivideAsked, Division, PatchGraph, divide, evaluate

_PYTHON = Path(__file__).parents[1] / ".venv-bench" / "bin" / "python"
_CASES = ((300, 20, None, None), (2_000, 80, 1.013, 0.22), (10_000, 400, 1.025, 2.2))
"""Grids, workers, and the targets of max/mean and of seconds."""
_REPEATS = 3
Row = dict[str, Any]


def make_town(grids: int, seed: int = 1) -> PatchGraph:
    """Return grids on a shaken lattice of 300 m that border on whom they touch, of unlike weights."""
    rng = np.random.default_rng(seed)
    side = int(np.ceil(grids**0.5))
    lattice = np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1).reshape(-1, 2)[:grids]
    xy_m = lattice * 300.0 + rng.normal(0, 60, (grids, 2))
    corners = Delaunay(xy_m).simplices
    pairs = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0).astype(np.int64)
    gap = xy_m[pairs[:, 0]] - xy_m[pairs[:, 1]]
    pairs = pairs[np.hypot(gap[:, 0], gap[:, 1]) < 900]
    weights = np.maximum(1, rng.lognormal(2.3, 0.6, grids)).astype(np.int64)
    return PatchGraph(weights, xy_m, pairs, rng.uniform(50, 400, len(pairs)))


def measure() -> list[Row]:
    """Return rows of evenness, pieces, compactness and seconds, ours and METIS's."""
    rows: list[Row] = []
    for grids, workers, most_ratio, most_s in _CASES:
        town = make_town(grids)
        seconds, found = _ours(town, workers)
        peer_s, peer = _metis(town, workers)
        size = f"{grids}/{workers}"
        rows += [
            _row("patches, max/mean", size, (found.ratio, peer.ratio), "×", most_ratio),
            _row("patches, pieces", size, (found.pieces, peer.pieces), "pieces", workers),
            _row("patches, borders between", size, (found.between_share, peer.between_share), "share", None),
            _row("patches, seconds", size, (seconds, peer_s), "s", most_s),
        ]
    return rows


def _ours(town: PatchGraph, workers: int) -> tuple[float, Division]:
    asked = DivideAsked(workers)
    part, seconds = divide(town, asked), []
    for _ in range(_REPEATS):
        started = time.perf_counter()
        part = divide(town, asked)
        seconds.append(time.perf_counter() - started)
    return sorted(seconds)[_REPEATS // 2], evaluate(town, part, workers)


def _metis(town: PatchGraph, workers: int) -> tuple[float, Division]:
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "town.npz", Path(folder) / "answer.npz"
        np.savez(asked, weights=town.weights, pairs=town.pairs, border_m=town.border_m)
        script = Path(__file__).with_name("patches_peer.py")
        subprocess.run([_PYTHON, script, asked, str(workers), answered], check=True)
        with np.load(answered) as given:
            return float(given["seconds"]), evaluate(town, given["part"], workers)


def _row(work: str, size: str, values: tuple[Any, Any], unit: str, target: float | None) -> Row:
    ours, peer = values
    return {
        "work": work, "size": size, "ours": ours, "peer": peer, "peer_name": "METIS (pymetis)",
        "ratio": ours / peer, "unit": unit, "target": f"≤ {target}" if target else None,
        "met": ours <= target if target else None,
    }  # fmt: skip


@click.command()
def main() -> None:
    """Print the rows."""
    for row in measure():
        click.echo(
            "{work:28} {size:>10}  ours {ours:.4f}  METIS {peer:.4f} {unit}  {target} {met}".format(**row)
        )


if __name__ == "__main__":
    main()
