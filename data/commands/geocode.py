"""``fengtu geocode``: where addresses are, by the city's own gazetteer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from data.commands.context import Context
from data.geocode.placer import Placer
from data.sessions import reading
from grid.areas import Area
from grid.places import Place, PlaceRequest
from grid.principals import COMMAND_LINE
from grid.refusals import Refused


@click.command(name="geocode")
@click.argument("texts", nargs=-1, metavar="TEXT...")
@click.option("--file", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def command(context: Context, texts: tuple[str, ...], path: Path | None, as_json: bool) -> None:
    """Find addresses among the city's own names; one line, or one line of JSON, each."""
    addresses = [*texts, *_lines(path)]
    if not addresses:
        raise Refused("geocode_nothing_given")
    with reading(context.open_engine(), COMMAND_LINE) as session:
        placer = Placer.load(session)
    for text, place in zip(addresses, placer.place([PlaceRequest(text) for text in addresses]), strict=True):
        areas = placer.city.areas
        answer = json.dumps(_answer(text, place, areas), ensure_ascii=False) if as_json else None
        click.echo(answer or _sentence(context.say, text, place, areas))


def _lines(path: Path | None) -> list[str]:
    if path is None:
        return []
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise Refused("geocode_not_utf8", name=path.name) from None


def _answer(text: str, place: Place, areas: Mapping[int, Area]) -> dict[str, object]:
    """Return what is known of one address; ``area`` is the code of the finest area."""
    area = None if place.finest_area_id is None else areas[place.finest_area_id]
    return {
        "text": text,
        "status": place.status,
        "granularity": place.granularity,
        "area": area and area.code,
        "area_name": area and area.name,
        "lon": place.lon,
        "lat": place.lat,
        "candidates": [{"area": areas[at].code, "area_name": areas[at].name} for at in place.candidates],
        "reasons": place.reasons,
    }


def _sentence(say: Callable[..., str], text: str, place: Place, areas: Mapping[int, Area]) -> str:
    area = None if place.finest_area_id is None else areas[place.finest_area_id]
    head = say(
        "geocode.line",
        text=text,
        status=say(f"place_status.{place.status}"),
        granularity=say(f"granularity.{place.granularity}"),
        area=area.name if area else say("geocode.nowhere"),
    )
    lines = [head, *(say("geocode.reason", reason=say(f"findings.place_{code}")) for code in place.reasons)]
    if place.candidates:
        names = "、".join(areas[at].name for at in place.candidates)
        lines.append(say("geocode.candidates", names=names))
    return "\n".join(lines)
