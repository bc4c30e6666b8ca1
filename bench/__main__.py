"""Every measurement, one after the other in this run: ``python -m bench`` (``make bench``).

``make bench BENCH="--rows 4000000 --areas 100000 counts"`` says how large and which.
"""

from __future__ import annotations

import importlib
import inspect
import json
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path
from typing import Any

import click

_RESULTS = Path(__file__).parent / "results.json"
_MEASURES = (
    "placing", "loading", "counts", "density", "significance", "tiles", "screen_hotspots",
    "geocode", "access", "intake", "boundaries", "clocks", "indicators", "reports", "siting", "planning",
    "planning_conflicts", "patches", "board", "pages",
)  # fmt: skip
Row = dict[str, Any]
"""``work``, ``size``, ``ours``, ``peer``, ``peer_name``, ``ratio``, ``unit``, ``target`` and ``met``."""


@click.command()
@click.argument("names", nargs=-1)
@click.option("--rows", default=24_000_000, show_default=True, help="matters that are counted and smoothed")
@click.option("--areas", default=10_000, show_default=True, help="grids of the city, up to 100,000")
def main(names: tuple[str, ...], rows: int, areas: int) -> None:
    """Run the measures NAMES, or all; print their figures and keep those with a peer in results.json."""
    kept = json.loads(_RESULTS.read_text(encoding="utf-8")) if _RESULTS.exists() else {}
    for name in names or _MEASURES:
        click.echo(f"== {name}")
        found = _rows_of(name, {"rows": rows, "areas": areas})
        if found:
            told = {
                "at": datetime.now(UTC).isoformat(timespec="minutes"),
                "cores": cpu_count(),
                "rows": found,
            }
            kept[name] = told
            _RESULTS.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    _print_table(kept)


def _rows_of(name: str, sizes: dict[str, int]) -> list[Row]:
    """Return the rows of a measure that compares itself with a peer; of any other none, but its printing."""
    module = importlib.import_module(f"bench.{name}")
    if hasattr(module, "measure"):
        taken = inspect.signature(module.measure).parameters.keys() & sizes.keys()
        rows: list[Row] = module.measure(**{size: sizes[size] for size in taken})
        return rows
    module.main.main(args=[], standalone_mode=False)
    return []


def _print_table(kept: dict[str, Row]) -> None:
    """Print every row that is kept, those of earlier runs too, with the day of its run."""
    for name, run in kept.items():
        click.echo(f"\n{name}, {run['at']}, {run['cores']} cores")
        for row in run["rows"]:
            met = {True: "met", False: "MISSED", None: ""}[row.get("met")]
            told = (row["work"], row["size"], row["ours"], row["peer_name"], row["peer"], row["unit"])
            click.echo("  {:44} {:>12} {:>12} | {} {} {}".format(*map(_short, told)), nl=False)
            click.echo(f" | ratio {_short(row['ratio'])} of {row.get('target')} {met}")


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
