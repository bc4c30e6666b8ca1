"""Choosing a grid: county › town › village › grid, each with its open matters."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.patch.asked import Asked
from callbacks.patch.ids import address
from grid.areas import Area, Level
from grid.ports import PatchReads
from layers.words import Language, say


def page(port: PatchReads, asked: Asked, language: Language) -> Any:
    """Return the areas to choose from at the end of the way asked for, as far as that way exists."""
    way, rows = _walk(port, asked.choose or ())
    level = rows[0][0].level if rows else Level.GRID
    ids = tuple(area.id for area in way)
    up = dcc.Link(say("patch.up", language), href=address(choose=ids[:-1]), className="patch-button")
    return html.Section(
        [
            html.H2(say("patch.choose_level", language, level=say(f"level.{level}", language))),
            html.P(" › ".join(area.name for area in way), className="patch-way") if way else None,
            html.Div([_row(area, count, ids, language) for area, count in rows], className="patch-choices"),
            None if rows else html.P(say("patch.no_areas", language), className="patch-quiet"),
            up if way else None,
        ],
        className="patch-page",
    )


def _walk(port: PatchReads, ids: tuple[int, ...]) -> tuple[tuple[Area, ...], tuple[tuple[Area, int], ...]]:
    """Follow ids down the tree; the first one that is not among the areas shown ends the way."""
    way: tuple[Area, ...] = ()
    rows = port.children(None)
    for wanted in ids:
        found = next((area for area, _ in rows if area.id == wanted), None)
        if found is None:
            break
        way, rows = (*way, found), port.children(found.id)
    return way, rows


def _row(area: Area, count: int, way: tuple[int, ...], language: Language) -> Any:
    href = address(area.id) if area.level is Level.GRID else address(choose=(*way, area.id))
    return dcc.Link(
        [html.Span(area.name), html.Span(say("patch.open_count", language, count=count))],
        href=href,
        className="patch-choice",
    )
