"""Siting 50 points among 2,000 villages and 2,000 sites, beside spopt and access: ``python -m bench.siting``.

Peers run in ``.venv-bench``, a process each; where they are not installed their columns stay empty.
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np
from scipy.spatial.distance import cdist

from grid.siting.accessibility import two_step
from grid.siting.coverage import cover_within
from grid.siting.greedy import choose_greedily
from grid.siting.mclp import solve_mclp
from grid.siting.p_median import solve_p_median, weigh_ways

SIZE, POINTS, RADIUS_M, SIDE_M = 2000, 50, 5000.0, 100_000.0
SPOPT_LIMIT_S = 150.0
"""CBC's own limit; building its model comes on top."""
_PEERS = Path(__file__).with_name("siting_peers.py")
_PYTHON = Path(__file__).parents[1] / ".venv-bench" / "bin" / "python"
Row = dict[str, Any]


def measure() -> list[Row]:
    """Return rows of bench/results.json: seconds, and gaps in per cent."""
    given = make_instance(0)
    peer = _peer("spopt", given, SPOPT_LIMIT_S + 120)
    return [*_covering(given, peer), *_median(given), *_access(given)]


def make_instance(seed: int) -> dict[str, Any]:
    """Return villages with 1–1,999 residents and sites, both anywhere in a square, metres; agents by site."""
    rng = np.random.default_rng(seed)
    return {
        "demands": rng.uniform(0, SIDE_M, (SIZE, 2)),
        "sites": rng.uniform(0, SIDE_M, (SIZE, 2)),
        "weights": rng.integers(1, 2000, SIZE),
        "agents": rng.integers(1, 4, SIZE),
        "radius": RADIUS_M,
        "most": POINTS,
        "limit": SPOPT_LIMIT_S,
    }


def _covering(given: dict[str, Any], peer: dict[str, Any] | None) -> list[Row]:
    cover = cover_within(given["demands"], given["sites"], RADIUS_M)
    weights = given["weights"]
    greedy_s = _seconds(lambda: choose_greedily(cover, weights, POINTS), 9)
    started = time.perf_counter()
    reach = cover_within(given["demands"], given["sites"], RADIUS_M)
    *_, last = solve_mclp(reach, weights, POINTS, seconds=20)
    seconds = time.perf_counter() - started
    gap = 100 * (last.bound - last.covered) / last.covered
    greedy = choose_greedily(cover, weights, POINTS).total
    if peer is not None and float(peer["covered"]) > last.bound:
        raise RuntimeError("spopt covers more than was proven to be possible")
    click.echo(f"greedy {greedy:,}, best {last.covered:,}, bound {last.bound:,}")
    if peer is not None:
        click.echo(f"spopt {int(peer['covered']):,}, of its seconds {float(peer['built']):.1f} to build")
    took = None if peer is None else float(peer["seconds"])
    return [
        _row("greedy cover, p = 50", greedy_s, "s", 0.2),
        _row("cover with proof, p = 50", seconds, "s", 5.0, peer=took, peer_name="spopt + CBC"),
        _row("cover, proven gap", gap, "%", 0.0),
    ]


def _median(given: dict[str, Any]) -> list[Row]:
    ways = cdist(given["demands"], given["sites"])
    costs, first = weigh_ways(ways, np.full(SIZE, np.inf), given["weights"], float(ways.max()))
    *_, last = solve_p_median(costs, first, POINTS, seconds=10)
    return [_row("p-median, proven gap after 10 s", 100 * last.gap, "%", 1.0)]


def _access(given: dict[str, Any]) -> list[Row]:
    agents, people = given["agents"].astype(float), given["weights"].astype(float)

    def ours() -> Any:
        return two_step(cover_within(given["demands"], given["sites"], RADIUS_M), agents, people)

    seconds = _seconds(ours, 9)
    peer = _peer("access", given, 120)
    took = None if peer is None else 1000 * float(peer["seconds"])
    rows = [_row("2SFCA", 1000 * seconds, "ms", 50.0, peer=took, peer_name="access")]
    if peer is not None:
        apart = float(np.abs(ours() - peer["values"]).max())
        rows.append(_row("2SFCA, largest difference", apart, "", 1e-12, peer_name="access"))
    return rows


def _seconds(run: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def _peer(name: str, given: dict[str, Any], limit_s: float) -> dict[str, Any] | None:
    """Return what a peer answers, none where it is not installed or takes longer than ``limit_s``."""
    if not _PYTHON.exists():
        return None
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "asked.npz", Path(folder) / "answered.npz"
        np.savez(asked, **given)
        # Not the folder of this script, whose ``access`` is not the package.
        command = [str(_PYTHON), "-P", str(_PEERS), name, str(asked), str(answered)]
        try:
            done = subprocess.run(command, timeout=limit_s, check=False, capture_output=True)
        except subprocess.TimeoutExpired:
            click.echo(f"{name}: no answer in {limit_s:.0f} s")
            return None
        if done.returncode:
            click.echo(f"{name}: {done.stderr.decode(errors='replace').strip().splitlines()[-1:]}")
            return None
        return dict(np.load(answered))


def _row(
    work: str, ours: float, unit: str, limit: float, *, peer: float | None = None, peer_name: str = ""
) -> Row:
    return {
        "work": work,
        "size": f"{SIZE:,} × {SIZE:,}",
        "ours": ours,
        "unit": unit,
        "target": f"≤ {limit} {unit}".strip(),
        "met": ours <= limit,
        "peer": peer,
        "peer_name": peer_name or None,
        "ratio": None if peer is None else peer / ours,
    }


if __name__ == "__main__":
    for row in measure():
        click.echo(f"{row['work']:36} {row['ours']:.4g} {row['unit']} ({row['target']}) {row['peer'] or ''}")
