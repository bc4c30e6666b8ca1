"""The page: figures, list, map when it is asked for, and card; one column on a phone, three at a desk."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.access.menu import account_mark, menu_links
from callbacks.access.screens import Screen
from callbacks.brief.asked import Asked
from callbacks.brief.ids import BriefId
from callbacks.brief.maps import BriefMaps
from callbacks.brief.readings import Readings
from callbacks.brief.shown import Shown, show
from callbacks.frame import labelled, stamps
from callbacks.tools import Tools
from callbacks.wall.told import source_words
from grid.questions import City
from grid.refusals import Refused
from layers.words import Language, say


def page(tools: Tools, maps: BriefMaps, asked: Asked) -> Any:
    """Return the page for a state."""
    language, readings = tools.language, Readings(tools, asked)
    shown = show(tools, maps, readings)
    try:
        city = readings.city
    except Refused:
        city = None
    return html.Div(
        [
            dcc.Store(id=BriefId.WANTED),
            dcc.Store(id=BriefId.DRAWN, data=shown.drawn),
            dcc.Store(id=BriefId.PICTURE),
            dcc.Store(id=BriefId.SEEN),
            _top(tools, city, shown),
            html.Nav(
                shown.tabs, id=BriefId.TABS, className="brief-tabs", **labelled(say("brief.scenes", language))
            ),
            html.Main(
                [
                    html.Div(shown.trouble, id=BriefId.TROUBLE, className="brief-trouble"),
                    html.Div(shown.figures, id=BriefId.FIGURES, className="brief-part"),
                    html.Div(_columns(shown, city, language), className="brief-columns"),
                ],
                className="brief-main",
            ),
            _foot(tools, city),
        ],
        id=BriefId.ROOT,
        className=shown.class_name,
    )


def _columns(shown: Shown, city: City | None, language: Language) -> list[Any]:
    opener = dcc.Link(
        say("brief.map_open", language), href=shown.opener, id=BriefId.MAP_OPENER, className="brief-map-open"
    )
    closer = dcc.Link(
        say("brief.map_close", language),
        href=shown.closer,
        id=BriefId.MAP_CLOSER,
        className="brief-map-close",
    )
    around = [
        closer,
        html.H2(shown.map_title, id=BriefId.MAP_TITLE),
        html.Div(shown.map_place, id=BriefId.MAP_PLACE, className="brief-part"),
        html.Div(shown.legend, id=BriefId.LEGEND),
        html.Small(source_words(city, language) if city else "", className="brief-map-source"),
    ]
    return [
        html.Section(shown.rows, id=BriefId.LIST, className="brief-list"),
        html.Section([opener, html.Div(around, className="brief-map")], className="brief-middle"),
        html.Div(shown.card, id=BriefId.CARD, className="brief-part"),
    ]


def _top(tools: Tools, city: City | None, shown: Shown) -> Any:
    language, principal = tools.language, tools.principal()
    links = menu_links(tools, principal, Screen.BRIEF, class_name="desk-link")
    return html.Header(
        [
            html.Div([city.name if city else "", stamps(city, language)], className="brief-city"),
            html.H1(shown.heading, id=BriefId.HEADING),
            html.Small(shown.as_of, id=BriefId.AS_OF, className="brief-as-of"),
            html.Nav(links, className="desk-nav", **labelled(say("desk.screens", language))),
        ],
        className="brief-top",
    )


def _foot(tools: Tools, city: City | None) -> Any:
    """Source, review number, internal or not; then the other screens and the way out, for a phone."""
    language, principal = tools.language, tools.principal()
    source = source_words(city, language) if city else ""
    links = menu_links(tools, principal, Screen.BRIEF, class_name="brief-screen")
    return html.Footer(
        [
            html.Span([html.Span(source), stamps(city, language)], className="brief-source"),
            html.Nav(links, className="brief-screens", **labelled(say("brief.other_screens", language))),
            account_mark(tools, principal),
        ],
        className="brief-foot",
    )
