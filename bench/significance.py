"""Significance, ours beside esda and scipy.sparse on the same lattices: ``python -m bench.significance``.

esda runs in a process of the bench's environment (``.venv-bench``, from requirements-bench.in), its compiling
and its weights not counted; ours with the adjacency of the edition at hand, as the server has it.
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np

from grid.hotspots.adjacency import Adjacency, adjacency_of
from grid.hotspots.gi_star import gi_star
from grid.hotspots.permutation import neighbour_tails

_PYTHON = Path(__file__).parents[1] / ".venv-bench" / "bin" / "python"
_PEERS = Path(__file__).with_name("significance_peers.py")
_LAYERS = 120
_PERMUTATIONS = 999
_MANY = 50_000
"""Beyond so many areas the peer is asked once, by one worker: two need minutes more and at best halve it."""


@click.command()
@click.option("--areas", default=[10_000, 100_000], multiple=True, help="lattices to permute")
@click.option("--repeats", default=5)
@click.option("--peer-python", default=_PYTHON, type=click.Path(path_type=Path))
def main(areas: tuple[int, ...], repeats: int, peer_python: Path) -> None:
    """Print medians, ratios and whether both say the same."""
    for row in _measured(tuple(areas), repeats, peer_python):
        click.echo(
            f"{row['work']:44} {row['size']:>18}  ours {row['ours']:9.1f} {row['unit']}"
            f"  {row['peer_name']} {row['peer']:9.1f}  ×{row['ratio']:7.1f}  target {row['target']}:"
            f" {'met' if row['met'] else 'MISSED'}; {row['agrees']}"
        )


def measure(
    lattices: tuple[int, ...] = (10_000, 100_000), repeats: int = 5, peer_python: Path = _PYTHON
) -> list[dict[str, Any]]:
    """Return one row a work: medians in milliseconds, and how far ours and the peer's answers agree."""
    return list(_measured(lattices, repeats, peer_python))


def _measured(areas: tuple[int, ...], repeats: int, peer_python: Path) -> Iterator[dict[str, Any]]:
    yield _layers(10_000, repeats)
    yield _analytic(100_000, repeats, peer_python)
    for n in areas:
        yield _permuted(n, repeats, peer_python, 3 if n <= _MANY else 7)


def _analytic(n: int, repeats: int, peer_python: Path) -> dict[str, Any]:
    adjacency, values = _lattice(n), _values(n)
    peer = _ask_esda(adjacency, values, 0, min(repeats, 3), peer_python)
    ours = _median(lambda: gi_star(values, adjacency), repeats)
    apart = np.abs(gi_star(values, adjacency) - peer["z"]).max()
    return _row("Gi* analytic", f"{n:,} areas", ours, ("esda", float(peer["seconds"])), 100.0) | {
        "agrees": f"z apart by {apart:.0e} at most"
    }


def _layers(n: int, repeats: int) -> dict[str, Any]:
    adjacency = _lattice(n)
    values = np.random.default_rng(3).poisson(3, (n, _LAYERS)).astype(float)
    apart = np.ascontiguousarray(values.T)

    def one_by_one() -> np.ndarray:
        return np.array([_matvec(layer, adjacency) for layer in apart])

    ours = _median(lambda: gi_star(values, adjacency), repeats)
    peer = _median(one_by_one, repeats)
    row = _row("Gi* analytic, all layers", f"{_LAYERS} × {n:,}", ours, ("scipy.sparse matvec", peer), None)
    same = np.abs(gi_star(values, adjacency) - one_by_one().T).max()
    return row | {"target": "60 ms", "met": ours <= 0.060, "agrees": f"z apart by {same:.0e} at most"}


def _permuted(n: int, repeats: int, peer_python: Path, target: float) -> dict[str, Any]:
    adjacency, values = _lattice(n), _values(n)
    peer = _ask_esda(adjacency, values, _PERMUTATIONS, 1 if n > _MANY else min(repeats, 3), peer_python)
    rng = np.random.default_rng(1)

    def ours() -> np.ndarray:
        tails = neighbour_tails(values, adjacency, permutations=_PERMUTATIONS, rng=rng)
        return (np.minimum(tails.higher, tails.lower) + 1) / (_PERMUTATIONS + 1)

    peers = (f"esda ({int(peer['workers'])} workers)", float(peer["seconds"]))
    row = _row(f"Gi* {_PERMUTATIONS} permutations", f"{n:,} areas", _median(ours, repeats), peers, target)
    same = ((ours() < 0.05) == (peer["p"] < 0.05)).mean()
    again = (ours() < 0.05) == (ours() < 0.05)
    return row | {"agrees": f"p < .05 agrees on {same:.1%}, ours reseeded on {again.mean():.1%}"}


def _row(work: str, size: str, ours: float, peer: tuple[str, float], target: float | None) -> dict[str, Any]:
    ratio = peer[1] / ours
    return {
        "work": work, "size": size, "ours": 1000 * ours, "peer": 1000 * peer[1], "peer_name": peer[0],
        "ratio": ratio, "unit": "ms", "target": f"{target:g}×" if target else "",
        "met": target is None or ratio >= target,
    }  # fmt: skip


def _lattice(n: int) -> Adjacency:
    return adjacency_of(np.arange(n), _borders(n))


def _borders(n: int) -> np.ndarray:
    """Return a lattice's borders as of bricks: six neighbours each, as areas of a city have on average."""
    width = round(n**0.5)
    ids = np.arange(n)
    last = (ids + 1) % width == 0
    pairs = [np.column_stack([ids[~last], ids[~last] + 1]), np.column_stack([ids, ids + width])]
    pairs.append(np.column_stack([ids[~last], ids[~last] + width + 1]))
    joined = np.concatenate(pairs)
    return joined[joined[:, 1] < n]


def _values(n: int) -> np.ndarray:
    """Return skewed counts, higher in a tenth of the lattice."""
    rng = np.random.default_rng(2)
    return rng.poisson(rng.gamma(1, 3, n) * np.where(np.arange(n) % 1000 < 100, 2.0, 1.0)).astype(float)


def _matvec(values: np.ndarray, adjacency: Adjacency) -> np.ndarray:
    """Return z of one layer as anyone would write it with scipy.sparse."""
    n, weight = len(values), adjacency.degrees + 1.0
    mean, spread = values.mean(), values.std()
    lag = adjacency.with_self @ values
    return (lag - mean * weight) / (spread * np.sqrt((n * weight - weight**2) / (n - 1)))


def _ask_esda(
    adjacency: Adjacency, values: np.ndarray, permutations: int, repeats: int, python: Path
) -> dict[str, np.ndarray]:
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder, "asked.npz"), Path(folder, "answered.npz")
        borders = np.column_stack(adjacency.matrix.nonzero())
        borders = borders[borders[:, 0] < borders[:, 1]]
        workers = (1, 2) if permutations and len(values) <= _MANY else (1,)
        np.savez(
            asked, values=values, borders=borders, permutations=permutations, repeats=repeats, workers=workers
        )
        subprocess.run([python, _PEERS, asked, answered], check=True)
        return dict(np.load(answered))


def _median(work: Callable[[], object], repeats: int) -> float:
    work()
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


if __name__ == "__main__":
    main()
