"""``fengtu coverage patches``: a town's grids divided among so many workers, who are numbered from one."""

from __future__ import annotations

import json
from time import perf_counter
from typing import Any

import click

from data.commands.context import Context
from data.reads import patches as readings
from data.sessions import reading
from grid.patches.book import divide_town, judge_town
from grid.patches.town import Town
from grid.principals import COMMAND_LINE


@click.command()
@click.option("--town", "code", required=True, metavar="CODE")
@click.option("--workers", required=True, type=click.IntRange(min=1), metavar="N")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def patches(context: Context, /, *, code: str, workers: int, as_json: bool) -> None:
    """Divide a town's grids; accounts are not read, so that nobody's patch of today is kept."""
    with reading(context.open_engine(), COMMAND_LINE) as session:
        town = readings.unstaffed(session, readings.town_id(session, code))
    started = perf_counter()
    holders = divide_town(town, {}, range(1, workers + 1))
    answer = _answer(town, holders, perf_counter() - started)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    facts = {name: value for name, value in answer.items() if name not in {"patches", "ratio"}}
    ratio = "—" if answer["ratio"] is None else f"{answer['ratio']:.3f}"
    click.echo(context.say("patches_command.found", **facts, ratio=ratio, share=answer["between_percent"]))
    for patch in answer["patches"]:
        names = context.say("patches_command.and").join(grid["name"] for grid in patch["grids"])
        told = {"worker": patch["worker"], "load": patch["load"], "count": len(patch["grids"])}
        click.echo(context.say("patches_command.patch", names=names, **told))


def _answer(town: Town, holders: dict[int, int], seconds: float) -> dict[str, Any]:
    """Return the JSON answer: what the division is worth, and each worker's grids with their load in 分."""
    found = judge_town(town, holders, {})
    by_worker: dict[int, list[Any]] = {}
    for grid in town.grids:
        by_worker.setdefault(holders[grid.area.id], []).append(grid)
    return {
        "town": town.area.name,
        "grids": len(town.grids),
        "max_load": found.maximum,
        "mean_load": round(found.mean, 2),
        "ratio": None if found.ratio is None else round(found.ratio, 4),
        "floor": found.floor,
        "pieces": found.pieces,
        "pieces_floor": found.unavoidable,
        "between_m": round(found.between_m),
        "between_percent": round(100 * found.between_share, 1),
        "seconds": round(seconds, 2),
        "patches": [
            {
                "worker": worker,
                "load": sum(grid.weight for grid in grids),
                "grids": [{"code": grid.area.code, "name": grid.name, "load": grid.weight} for grid in grids],
            }
            for worker, grids in sorted(by_worker.items())
        ],
    }
