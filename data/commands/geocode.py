"""``fengtu geocode``: where addresses are, by the city's own gazetteer and what people decided."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

import click

from data.commands.context import Context
from data.geocode.placer import Placer
from data.geocode.placing_tables import PlacingTables
from data.sessions import reading
from grid.areas import Area
from grid.places import Place, PlaceRequest
from grid.principals import COMMAND_LINE
from grid.refusals import Refused

_AT_ONCE = 2000
"""Addresses held at a time: a file may have any number of lines."""
_LONGEST_LINE = 20_000
_STDIN = "-"


@click.command(name="geocode")
@click.argument("texts", nargs=-1, metavar="TEXT...")
@click.option("--file", "path", metavar="FILE|-")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def command(context: Context, texts: tuple[str, ...], path: str | None, as_json: bool) -> None:
    """Find addresses among the city's own names; one line, or one line of JSON, each."""
    if not texts and path is None:
        raise Refused("geocode_nothing_given")
    addresses = chain(texts, () if path is None else _lines(path))
    with reading(context.open_engine(), COMMAND_LINE) as session:
        placer = Placer.load(session, PlacingTables(context.settings.placing_dir))
    areas = placer.city.areas
    while block := list(islice(addresses, _AT_ONCE)):
        places = placer.place([PlaceRequest(text) for text in block])
        for text, place in zip(block, places, strict=True):
            answer = json.dumps(_answer(text, place, areas), ensure_ascii=False) if as_json else None
            click.echo(answer or _sentence(context.say, text, place, areas))


def _lines(path: str) -> Iterator[str]:
    """Yield the lines of a file, or of standard input; raises ``Refused`` for what cannot be read."""
    if path == _STDIN:
        yield from _decoded(sys.stdin.buffer, _STDIN)
        return
    file = Path(path)
    if not file.is_file():
        raise Refused("file_missing", file=file.name)
    with file.open("rb") as opened:
        yield from _decoded(opened, file.name)


def _decoded(file: BinaryIO, name: str) -> Iterator[str]:
    for number, line in enumerate(_bounded(file, name), start=1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise Refused("geocode_not_utf8", name=name, line=number) from None
        if "\0" in text:
            raise Refused("geocode_not_text", name=name, line=number)
        yield text.rstrip("\r\n")


def _bounded(file: BinaryIO, name: str) -> Iterable[bytes]:
    number = 0
    while line := file.readline(_LONGEST_LINE + 1):
        number += 1
        if len(line) > _LONGEST_LINE:
            raise Refused("geocode_line_too_long", name=name, line=number, limit=_LONGEST_LINE)
        yield line


def _answer(text: str, place: Place, areas: Mapping[int, Area]) -> dict[str, object]:
    """Return what is known of one address; ``area`` is the code of the finest area."""
    area = None if place.finest_area_id is None else areas[place.finest_area_id]
    return {
        "text": text,
        "status": place.status,
        "granularity": place.granularity,
        "method": place.method,
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
