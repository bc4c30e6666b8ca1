"""Layout of the patch: HTML that needs no Dash; only the map's tab and a place's page bring a chart."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dash import html

from callbacks.access.menu import account_mark
from callbacks.frame import labelled, message, stamps, trouble
from callbacks.patch import chooser, state, tabs
from callbacks.patch.asked import Asked
from callbacks.patch.ids import Id, Tab, address
from callbacks.patch.place import place_page
from callbacks.tools import Tools
from grid.areas import Area
from grid.ports import PatchReads
from grid.questions import City, Patch
from grid.refusals import Refused
from layers.numbers import in_city_time
from layers.words import Language, say

Grids = tuple[tuple[Area, int], ...]


def layout(tools: Tools, asked: Asked) -> Any:
    """Return the screen that an address asks for."""
    port, city = tools.store.patch(tools.principal()), None
    try:
        city = port.city()
        body, foot = _screen(tools, port, city, asked)
    except Refused as refused:
        again = html.A(say("patch.back", tools.language), href=address(), className="patch-button")
        body, foot = [_bar(city, None, (), tools.language), trouble(refused, tools.language), again], None
    return html.Div([html.Main(body, className="patch-main"), foot], id=Id.ROOT, className="patch")


def _screen(tools: Tools, port: PatchReads, city: City, asked: Asked) -> tuple[list[Any], Any]:
    language, grids = tools.language, port.grids()
    if not grids:
        return [_bar(city, None, grids, language), _nothing_yet(tools)], None
    if asked.choose:
        return [_bar(city, None, grids, language), chooser.page(grids, language)], None
    patch = port.patch(_own(grids, asked.grid_id))
    page = [_bar(city, patch, grids, language), _tab(tools, port, city, patch, asked)]
    if asked.matter_id is None and asked.tab is not Tab.MAP:
        page[1:1] = state.marks(in_city_time(datetime.now(UTC)), language)
    return page, _foot(patch, asked, language)


def _own(grids: Grids, wanted: int | None) -> int:
    """Return the grid wanted, the first for none; raises ``Refused('area_unknown')`` for another's."""
    if wanted is None:
        return grids[0][0].id
    if wanted not in {area.id for area, _ in grids}:
        raise Refused("area_unknown")
    return wanted


def _tab(tools: Tools, port: PatchReads, city: City, patch: Patch, asked: Asked) -> Any:
    if asked.matter_id is not None:
        return place_page(city, patch, asked.matter_id, tools.language)
    if asked.tab is Tab.MAP:
        return tabs.map_page(city, patch, tools.language)
    if asked.tab is Tab.SERVICE:
        return tabs.service_page(patch, tools.language)
    if asked.tab is Tab.ME:
        return tabs.me_page(port, city, patch, tools)
    return tabs.matters_page(city, patch, asked.clock, tools.language)


def _bar(city: City | None, patch: Patch | None, grids: Grids, language: Language) -> Any:
    """The top: which grid, where it lies, and the stamps."""
    title = patch.grid.name if patch else say("patch.title", language)
    where = " › ".join(patch.path[1:-1]) if patch else city.name if city else ""
    switch = html.A(say("patch.change", language), href=address(choose=True), className="patch-switch")
    return html.Header(
        [
            html.Div([html.H1(title), stamps(city, language)], className="patch-bar-title"),
            html.Div(
                [html.Span(where), switch if patch and len(grids) > 1 else None], className="patch-bar-where"
            ),
        ],
        className="patch-bar",
    )


def _foot(patch: Patch, asked: Asked, language: Language) -> Any:
    links = []
    for tab in Tab:
        here = tab is asked.tab
        mark: Any = {"aria-current": "page"} if here else {}
        links.append(
            html.Div(
                html.A(
                    [html.Span(className=f"patch-icon patch-icon-{tab}"), say(f"patch.tab.{tab}", language)],
                    href=address(patch.grid.id, tab=tab),
                ),
                className="patch-tab" + (" patch-tab-here" if here else ""),
                **mark,
            )
        )
    return html.Nav(links, className="patch-tabs", **labelled(say("patch.tabs", language)))


def _nothing_yet(tools: Tools) -> Any:
    """Without a grid there is no foot: the way out stands under the message."""
    return message(
        say("patch.empty.title", tools.language),
        say("patch.empty.text", tools.language),
        more=account_mark(tools, tools.principal()),
    )
