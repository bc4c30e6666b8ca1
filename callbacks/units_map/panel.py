"""The panel of a map of units: what is chosen, the map with its legend, lists beside it."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.access.screens import Screen, may_open
from callbacks.frame import definition, labelled, message, trouble
from callbacks.tools import Tools
from callbacks.units_map.asked import MapAsked, View
from callbacks.units_map.clock_view import clock_view
from callbacks.units_map.listing_view import listing_view
from callbacks.units_map.parts import MapView, choice_links
from grid.ports import UnitDesk
from grid.principals import Role
from grid.questions import City
from grid.refusals import Refused
from layers.legends import Legend, LegendEntry
from layers.words import Language, say

_MAP_CONFIG: Any = {"displayModeBar": False, "scrollZoom": True}


def units_map_panel(tools: Tools, desk: UnitDesk, city: City, asked: MapAsked) -> Any:
    """Return the panel of a map's state: for ``View.LISTING`` or ``View.CLOCKS``."""
    language = tools.language
    role = tools.principal().role
    reads_matters = may_open(role, Screen.MATTERS)
    try:
        if asked.view is View.CLOCKS:
            view = clock_view(
                desk, city, asked, language, reads_matters=reads_matters, of_town=role is Role.TOWN
            )
        else:
            view = listing_view(desk, city, asked, language)
    except Refused as refused:
        return trouble(refused, language)
    head = html.Div(
        [html.H2([view.title, definition(view.definition, language)]), *view.choices],
        className="units-map-head",
    )
    columns = html.Div(
        [_map_card(city, view, language), html.Div(view.lists, className="units-map-lists")],
        className="units-map-columns",
    )
    return html.Section([head, *view.notes, columns], className=f"units-map units-map-{asked.view}")


def view_tabs(asked: MapAsked, language: Language) -> Any:
    """Return the ways to look at units, the one shown marked; the quarter is kept."""
    options = [
        (say(f"units_map.view.{view}", language), MapAsked(view, asked.quarter).address(), view is asked.view)
        for view in View
    ]
    return choice_links(say("units_map.views", language), options, class_name="units-map-views")


def _map_card(city: City, view: MapView, language: Language) -> Any:
    if view.bounds is None or view.figure is None:
        nothing = message(say("units_map.no_map", language), say("units_map.no_map_text", language))
        return html.Div(nothing, className="units-map-card office-card")
    graph = dcc.Graph(figure=view.figure, config=_MAP_CONFIG, responsive=True, className="units-map-graph")
    # By these the browser fits the map to whatever room there is and closes what was picked: see
    # ``assets/units_map.js``.
    told: Any = {
        "data-bounds": ",".join(f"{edge:.5f}" for edge in view.bounds),
        "data-close": say("units_map.close", language),
    }
    box = html.Div(
        [graph, html.Div(className="units-map-picked", role="status")],
        role="figure", className="units-map-box", **labelled(view.title), **told,
    )  # fmt: skip
    return html.Div(
        [box, _legend(view.legend), _caption(city, view, language)], className="units-map-card office-card"
    )


def _legend(legend: Legend) -> Any:
    title = html.B(legend.title, className="units-map-legend-title")
    entries = html.Ul([_entry(entry) for entry in legend.entries])
    note = html.P(legend.note, className="office-muted") if legend.note else None
    return html.Div([title, entries, note], className="units-map-legend")


def _entry(entry: LegendEntry) -> Any:
    fill = {"background": entry.colour} if entry.swatch == "fill" else {"color": entry.colour}
    swatch = html.Span(className=f"units-map-swatch units-map-{entry.swatch}", style=fill)
    count = html.Span(str(entry.count), className="units-map-count") if entry.count is not None else None
    return html.Li([swatch, entry.text, count])


def _caption(city: City, view: MapView, language: Language) -> Any:
    """The slots that every map has: source, review number (审图号), internal or not, and the day."""
    facts = [
        say("desk.source", language, source=city.source or "—"),
        say(
            "desk.review_number",
            language,
            number=city.review_number or say("desk.no_review_number", language),
        ),
        view.as_of,
    ]
    stamps = [
        html.Span(say(f"desk.stamp.{key}", language), className=f"stamp stamp-{key}")
        for key, wanted in (("synthetic", city.synthetic), ("internal", city.internal))
        if wanted
    ]
    return html.P([*stamps, *(html.Span(fact) for fact in facts)], className="units-map-caption")
