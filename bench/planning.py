"""Suggestions for seeded cities beside OR-Tools and GerryChain: ``python -m bench.planning``.

Each peer runs in a process of the bench's environment (``.venv-bench``, from requirements-bench.in) and is
asked the same question for the same seconds. Targets are those of coverage.md.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import numpy as np

from bench.planning_city import make_annex_problem, make_city
from grid.suggesting.pieces import pieces_of
from grid.suggesting.problem import Certainty, Problem, Progress
from grid.suggesting.search import greedy
from grid.suggesting.solving import solve
from grid.suggesting.terms import terms_of

_PYTHON = Path(__file__).parents[1] / ".venv-bench" / "bin" / "python"
_GRACE_S = 60
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A city and what is expected of it: a gap in per cent within ``seconds``, or a proof."""

    units: int
    leaders: int
    changes: int
    seconds: float
    most_gap: float | None
    seed: int = 7

    @property
    def size(self) -> str:
        """How large, for people."""
        return f"{self.units}×{self.leaders} K{self.changes} seed {self.seed}"


CASES = (
    Case(15, 11, 4, 5, 0.0, seed=5),
    Case(60, 15, 8, 20, 1.0), Case(60, 15, 8, 20, 1.0, seed=1),
    Case(180, 20, 3, 10, 0.0), Case(180, 20, 3, 10, 0.0, seed=1),
    Case(180, 20, 15, 60, 10.0), Case(180, 20, 15, 60, 10.0, seed=1),
    Case(2000, 60, 10, 60, None),
)  # fmt: skip
_PEERS = (CASES[1], CASES[3], CASES[5])
_HELPERS = (2, 3, 4, 8)
_FIRST_MS, _ANNEX_S = 250.0, 1.0


def measure() -> list[Row]:
    """Return rows of bench/results.json: gaps in per cent, times in seconds, ours beside the peers'."""
    list(solve(make_city(15, 4, 3), 3.0))  # What is compiled is read once a process.
    rows = [_first_row(Case(180, 20, 15, 0, None))]
    for case in CASES:
        rows += _case_rows(case)
    return rows + [_annex_row(helpers) for helpers in _HELPERS]


def run(problem: Problem, seconds: float) -> tuple[Progress, float | None]:
    """Return the last progress, and the seconds to the first that was proven."""
    proven = None
    for told in solve(problem, seconds):
        last = told
        if told.certainty is Certainty.PROVEN and proven is None:
            proven = told.seconds
    return last, proven


def ask_peer(name: str, problem: Problem, seconds: float) -> Row | None:
    """Return what a peer finds in a process of its own; none where it finds nothing or is not installed."""
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "asked.npz", Path(folder) / "answered.json"
        np.savez(
            asked, workloads=problem.workloads, today=problem.today, edges=problem.edges, seconds=seconds,
            pieces=np.maximum(pieces_of(problem, problem.today), 1), most_changes=problem.most_changes,
        )  # fmt: skip
        command = [_PYTHON, Path(__file__).with_name("planning_peers.py"), name, asked, answered]
        try:
            subprocess.run(list(map(str, command)), check=True, timeout=seconds + _GRACE_S)
        except (OSError, subprocess.SubprocessError):
            return None
        found: Row = json.loads(answered.read_text(encoding="utf-8"))
    return found


def _case_rows(case: Case) -> list[Row]:
    problem = make_city(case.units, case.leaders, case.changes, seed=case.seed)
    last, proven = run(problem, case.seconds)
    gap = _gap(last.heaviest, last.floor)
    told = f"{case.size}: today {last.today}, {last.heaviest}, floor {last.floor}"
    told += f", proven in {proven:.1f} s" if proven is not None else f" in {last.seconds:.0f} s"
    rows = [_row(f"gap, {told}", case.size, gap, case.most_gap)]
    for name in ("cpsat", "recom") if case in _PEERS else ():
        found = ask_peer(name, problem, case.seconds)
        if found:
            rows.append(_peer_row(case, name, last, found))
    return rows


def _peer_row(case: Case, name: str, last: Progress, found: Row) -> Row:
    """Compare heaviest loads; ReCom changes as many units as it likes, which its row tells."""
    more = f", {found['changes']} changes" if "changes" in found else f", floor {found['floor']:.0f}"
    ratio = last.heaviest / found["heaviest"] if last.heaviest and found["heaviest"] else None
    return {
        "work": f"heaviest load after {case.seconds:g} s", "size": case.size, "ours": last.heaviest,
        "peer": found["heaviest"], "peer_name": name + more, "ratio": ratio, "unit": "件", "target": None,
        "met": None,
    }  # fmt: skip


def _first_row(case: Case) -> Row:
    problem = make_city(case.units, case.leaders, case.changes)
    began = time.perf_counter()
    greedy(terms_of(problem))
    taken = (time.perf_counter() - began) * 1000
    return _row("first legal suggestion", case.size, taken, _FIRST_MS, unit="ms")


def _annex_row(helpers: int) -> Row:
    last, proven = run(replace(make_annex_problem(), most_helpers=helpers), 20.0)
    work = f"annex with {helpers} helpers: {last.today} to {last.heaviest}, floor {last.floor}"
    return _row(work, "14 units, 237", proven if proven is not None else float("inf"), _ANNEX_S, unit="s")


def _gap(heaviest: int | None, floor: int) -> float:
    return 100.0 * (heaviest - floor) / heaviest if heaviest else float("inf")


def _row(work: str, size: str, ours: float, target: float | None, *, unit: str = "%") -> Row:
    return {
        "work": work, "size": size, "ours": ours, "peer": None, "peer_name": None, "ratio": None,
        "unit": unit, "target": target, "met": None if target is None else ours <= target,
    }  # fmt: skip


@click.command()
def main() -> None:
    """Print each figure with its target."""
    for row in measure():
        verdict = {True: "met", False: "MISSED", None: ""}[row["met"]]
        peer = f" | {row['peer_name']} {row['peer']}" if row["peer_name"] else ""
        click.echo(f"{row['work']:80} {row['ours']:8.2f} {row['unit']}{peer} | {row['target']} {verdict}")


if __name__ == "__main__":
    main()
