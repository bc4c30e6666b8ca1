"""Layout of the patch: plain HTML on a phone; only the map's tab brings a chart, when it is tapped."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.frame import labelled, message, stamps, trouble
from callbacks.patch import chooser, tabs
from callbacks.patch.asked import Asked
from callbacks.patch.ids import Id, Tab, address
from callbacks.tools import Tools
from grid.ports import PatchReads
from grid.principals import PATCH
from grid.questions import City, Patch
from grid.refusals import Refused
from layers.words import Language, say


def layout(tools: Tools, asked: Asked) -> Any:
    """Return the screen that an address asks for."""
    port, city = tools.store.patch(PATCH), None
    try:
        city = port.city()
        body, foot = _screen(port, city, asked, tools.language)
    except Refused as refused:
        again = dcc.Link(
            say("patch.choose", tools.language), href=address(choose=()), className="patch-button"
        )
        body, foot = [_bar(city, None, tools.language), trouble(refused, tools.language), again], None
    return html.Div([html.Main(body, className="patch-main"), foot], id=Id.ROOT, className="patch")


def _screen(port: PatchReads, city: City, asked: Asked, language: Language) -> tuple[list[Any], Any]:
    if asked.choose is not None:
        return [_bar(city, None, language), chooser.page(port, asked, language)], None
    grid_id = asked.grid_id if asked.grid_id is not None else port.busiest_grid()
    if grid_id is None:
        return [_bar(city, None, language), _nothing_yet(language)], None
    patch = port.patch(grid_id)
    return [_bar(city, patch, language), _tab(port, city, patch, asked, language)], _foot(
        patch, asked, language
    )


def _tab(port: PatchReads, city: City, patch: Patch, asked: Asked, language: Language) -> Any:
    if asked.tab is Tab.MAP:
        return tabs.map_page(city, patch, language)
    if asked.tab is Tab.SERVICE:
        return tabs.service_page(patch, language)
    if asked.tab is Tab.ME:
        return tabs.me_page(port, city, patch, language)
    return tabs.matters_page(city, patch, asked.clock, language)


def _bar(city: City | None, patch: Patch | None, language: Language) -> Any:
    """The top: which grid, where it lies, and the stamps."""
    title = patch.grid.name if patch else say("patch.title", language)
    where = " › ".join(patch.path[1:-1]) if patch else city.name if city else ""
    switch = dcc.Link(say("patch.change", language), href=address(choose=()), className="patch-switch")
    return html.Header(
        [
            html.Div([html.H1(title), stamps(city, language)], className="patch-bar-title"),
            html.Div([html.Span(where), switch if patch else None], className="patch-bar-where"),
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
                dcc.Link(
                    [html.Span(className=f"patch-icon patch-icon-{tab}"), say(f"patch.tab.{tab}", language)],
                    href=address(patch.grid.id, tab=tab),
                ),
                className="patch-tab" + (" patch-tab-here" if here else ""),
                **mark,
            )
        )
    return html.Nav(links, className="patch-tabs", **labelled(say("patch.tabs", language)))


def _nothing_yet(language: Language) -> Any:
    command = html.Code(say("patch.empty.command", language))
    return message(say("patch.empty.title", language), say("patch.empty.text", language), more=command)
