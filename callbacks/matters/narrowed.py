"""What a way from a map narrowed the register to, in words, and the way back; no field says it."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.matters.asked import Asked
from grid.ports import MattersDesk
from grid.unit_maps import MAP_LEVELS
from layers.words import Language, say


def narrowed(port: MattersDesk, asked: Asked, language: Language) -> Any:
    """Return the line that says so, none where nothing is narrowed."""
    said = []
    if asked.area is not None:
        areas = (area for level in MAP_LEVELS for area in port.areas(level))
        names = (area.name for area in areas if area.id == asked.area)
        said.append(next(names, say("units_map.area_gone", language)))
    if asked.due is not None:
        question = say(f"units_map.clocks.question.{asked.due}", language)
        said.append(say("units_map.any_clock", language, question=question))
    if not said:
        return None
    words = say("units_map.narrowed", language, what=" · ".join(said))
    back = dcc.Link(
        say("units_map.widen", language), href=asked.address(area=None, due=None), className="office-clear"
    )
    return html.P([words, " ", back], className="office-muted matters-narrowed")
