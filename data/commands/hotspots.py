"""``fengtu hotspots``: which areas are hot or cold in a period, on this machine and for its own operator."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click

from data.commands.context import Context
from data.counts.refreshing import refresh
from data.hotspot_desk import HotspotDesk
from data.store import PostgisStore
from grid.areas import PLACED_LEVELS, Area, Level
from grid.hotspots.findings import AreaFinding, Method, Significance
from grid.hotspots.questions import COUNT_UNITS, MatterFilter
from grid.matters import Category, Channel
from grid.measures import MeasureUnit
from grid.principals import COMMAND_LINE

_Day = click.DateTime(["%Y-%m-%d"])
_SHOWN = 30
_COLUMNS = ("code", "name", "count", "rate", "z", "p", "q", "verdict")


@click.command(name="hotspots")
@click.option("--level", required=True, type=click.Choice([level.value for level in PLACED_LEVELS]))
@click.option("--since", required=True, type=_Day)
@click.option("--until", required=True, type=_Day)
@click.option("--category", "categories", multiple=True, type=click.Choice([one.value for one in Category]))
@click.option("--channel", "channels", multiple=True, type=click.Choice([one.value for one in Channel]))
@click.option("--unit", default=MeasureUnit.MATTERS.value, type=click.Choice([u.value for u in COUNT_UNITS]))
@click.option("--method", default=Method.GI_STAR.value, type=click.Choice([one.value for one in Method]))
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def command(context: Context, /, level: str, method: str, as_json: bool, **asked: Any) -> None:
    """Print the findings of a level: a table of the areas that stand out, or JSON of all of them."""
    matters = _read_filter(**asked)
    desk = _open_desk(context)
    findings = desk.significance(Level(level), matters, Method(method))
    areas = {area.id: area for area in desk.areas(findings.level)}
    if as_json:
        answer = _answer(context, desk, matters, findings, areas)
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for line in _table(context, matters, findings, areas):
        click.echo(line)


def _open_desk(context: Context) -> HotspotDesk:
    """Return the desk over a copy of the matters as they are now, which is made where there is none."""
    engine, folder = context.open_engine(), context.settings.counts_dir
    refresh(engine, folder)
    return PostgisStore(engine, folder).hotspots(COMMAND_LINE)


def _read_filter(
    *, since: datetime, until: datetime, categories: tuple[str, ...], channels: tuple[str, ...], unit: str
) -> MatterFilter:
    return MatterFilter(
        since.date(),
        until.date(),
        categories=frozenset(map(Category, categories)),
        channels=frozenset(map(Channel, channels)),
        unit=MeasureUnit(unit),
    )


def _answer(
    context: Context, desk: HotspotDesk, matters: MatterFilter, findings: Significance, areas: dict[int, Area]
) -> dict[str, Any]:
    city, state = desk.city(), desk.state()
    return {
        "city": city.name,
        "source": city.source,
        "review_number": city.review_number,
        "synthetic": city.synthetic,
        "level": findings.level.value,
        "since": matters.since.isoformat(),
        "until": matters.until.isoformat(),
        "unit": matters.unit.value,
        "categories": sorted(matters.categories),
        "channels": sorted(matters.channels),
        "as_of": state.version.changed_at.isoformat(),
        "data_version": state.version.number,
        "n": findings.n,
        "definition": _definition(context, matters),
        "method": findings.method.value,
        "parameters": findings.parameters,
        "caveats": [{"code": code, "text": _caveat(context, code)} for code in findings.caveats],
        "areas": [_row(areas[row.area_id], row) for row in findings.rows if row.area_id in areas],
    }


def _row(area: Area, found: AreaFinding) -> dict[str, Any]:
    return {
        "code": area.code,
        "name": area.name,
        "population": area.population,
        "count": found.count,
        "rate": found.rate,
        "smoothed": found.smoothed,
        "z": found.z,
        "p": found.p,
        "q": found.q,
        "class": found.verdict.value,
        "cluster": found.cluster and found.cluster.value,
    }


def _table(
    context: Context, matters: MatterFilter, findings: Significance, areas: dict[int, Area]
) -> list[str]:
    """Return the lines of a table: the highest z first, and below it what the numbers are."""
    tested = [row for row in findings.rows if row.z is not None and row.area_id in areas]
    shown = sorted(tested, key=lambda row: -(row.z or 0.0))[:_SHOWN]
    lines = ["  ".join(context.say(f"findings_export.column.{name}") for name in _COLUMNS)]
    lines += ["  ".join(_cells(context, areas[row.area_id], row)) for row in shown]
    facts = {"shown": len(shown), "tested": len(tested), "areas": len(findings.rows), "n": findings.n}
    lines += [context.say("findings_export.shown", **facts), _definition(context, matters)]
    return lines + [_caveat(context, code) for code in findings.caveats]


def _cells(context: Context, area: Area, found: AreaFinding) -> list[str]:
    numbers = (found.rate, found.z, found.p, found.q)
    told = ["—" if number is None else f"{number:.4g}" for number in numbers]
    verdict = context.say(f"findings_export.class.{found.verdict}")
    return [area.code, area.name, str(found.count), *told, verdict]


def _definition(context: Context, matters: MatterFilter) -> str:
    return context.say("findings_export.definition", unit=context.say(f"measure_unit.{matters.unit}"))


def _caveat(context: Context, code: str) -> str:
    return context.say(f"findings_caveats.{code}")
