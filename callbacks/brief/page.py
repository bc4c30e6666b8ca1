"""The page: figures, list, map when it is asked for, and card; one column on a phone, three at a desk."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.access.menu import account_mark, menu_links
from callbacks.access.screens import Screen
from callbacks.brief.asked import Asked, BriefScene
from callbacks.brief.cards import card_body
from callbacks.brief.ids import BriefId
from callbacks.brief.lists import scene_list
from callbacks.brief.maps import BriefMaps
from callbacks.brief.parts import empty, figures, scene_tabs
from callbacks.brief.readings import Readings
from callbacks.frame import labelled, stamps, trouble
from callbacks.service.figures import figures as service_figures
from callbacks.tools import Tools
from callbacks.wall.state import ask, counted_level
from callbacks.wall.told import source_words
from grid.ports import WallReads
from grid.questions import City
from grid.refusals import Refused
from layers.map_counts import Basis
from layers.numbers import in_city_time
from layers.words import Language, say

MOST_FIGURES = 7
_FIRST = {
    BriefScene.LISTING: {"listed_units"},
    BriefScene.COVERAGE: {"open_matters", "overdue_matters"},
    BriefScene.CLOCKS: {"open_matters", "overdue_matters", "replied_in_time_rate"},
}
"""The wall's figures that a scene is about: a phone shows the first two."""


def page(tools: Tools, maps: BriefMaps, asked: Asked) -> Any:
    """Return the page for a state."""
    readings, city = Readings(tools, asked), None
    try:
        city = readings.wall.city()
        body = _body(tools, maps, readings, city, asked)
        heading, as_of = _heading(city, asked, tools.language), _as_of(readings.wall, tools.language)
    except Refused as refused:
        again = dcc.Link(say("brief.again", tools.language), href=asked.address(), className="brief-way")
        body, heading, as_of = (
            [trouble(refused, tools.language), again],
            say("brief.title", tools.language),
            "",
        )
    shown = f"brief-{asked.scene}" + (" brief-has-card" if asked.card else "")
    return html.Div(
        [
            # By this a desk comes to have its map at once: see ``assets/brief.js``.
            dcc.Store(id=BriefId.ADDRESS, data=asked.address()),
            dcc.Store(id=BriefId.SEEN),
            _top(tools, city, heading, as_of),
            scene_tabs(asked, tools.language),
            html.Main(body, className="brief-main"),
            _foot(tools, city),
        ],
        id=BriefId.ROOT,
        className=f"brief {shown}" + (" brief-has-map" if asked.map else ""),
    )


def _body(tools: Tools, maps: BriefMaps, readings: Readings, city: City, asked: Asked) -> list[Any]:
    opener = dcc.Link(
        say("brief.map_open", tools.language), href=asked.address(map=True), className="brief-map-open"
    )
    columns = [
        html.Section(scene_list(readings, city, asked, tools.language), className="brief-list"),
        html.Section(
            maps.panel(readings, city, asked, tools.language) if asked.map else opener,
            className="brief-middle",
        ),
        html.Aside(
            card_body(tools, readings.wall, asked),
            # Made anew for each card: what was open or scrolled in another is not of this one.
            key=str(asked.card),
            className="brief-card",
            **labelled(say("brief.card.title", tools.language)),
        ),
    ]
    return [_figures(readings, asked, tools.language), html.Div(columns, className="brief-columns")]


def _figures(readings: Readings, asked: Asked, language: Language) -> Any:
    """The wall's figures; of the service network its own, which the wall has none of."""
    if asked.scene is BriefScene.SERVICE:
        return service_figures(readings.network, language)
    reads = readings.wall
    if reads.publication() is None:
        return empty(say("wall.empty.pending", language))
    first = _FIRST.get(asked.scene, ())
    found = sorted(reads.figures(ask(asked.wall))[:MOST_FIGURES], key=lambda one: one.code not in first)
    return figures(found, language)


def _heading(city: City, asked: Asked, language: Language) -> str:
    if asked.scene in {BriefScene.CLOCKS, BriefScene.SERVICE}:
        return say(f"brief.question.{asked.scene}", language)
    state = asked.wall
    level = say(f"level.{counted_level(state, city)}", language)
    is_rate = asked.scene is BriefScene.HOTSPOTS and asked.basis is Basis.RATE
    return say(f"wall.scene.{Basis.RATE if is_rate else state.scene}", language, level=level)


def _as_of(reads: WallReads, language: Language) -> str:
    publication = reads.publication()
    return say("wall.as_of", language, time=in_city_time(publication.changed_at)) if publication else ""


def _top(tools: Tools, city: City | None, heading: str, as_of: str) -> Any:
    language, principal = tools.language, tools.principal()
    links = menu_links(tools, principal, Screen.BRIEF, class_name="desk-link")
    return html.Header(
        [
            html.Div([city.name if city else "", stamps(city, language)], className="brief-city"),
            html.H1(heading),
            html.Small(as_of, className="brief-as-of"),
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
