"""What the page shows of a state, part by part, so that a click changes the parts and the page stays.

The map stays too: another scene is drawn into it, and it is where its reader moved it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from dash import dcc, html, no_update

from callbacks.brief.asked import Asked, BriefScene
from callbacks.brief.cards import card_body
from callbacks.brief.ids import BriefId
from callbacks.brief.lists import scene_list
from callbacks.brief.maps import BriefMaps, Picture
from callbacks.brief.parts import empty, figures, scene_tabs
from callbacks.brief.readings import Readings
from callbacks.frame import labelled, trouble
from callbacks.service.figures import figures as service_figures
from callbacks.tools import Tools
from callbacks.wall.marks import legend_block
from callbacks.wall.state import ask, counted_level
from grid.published import Publication
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
_CONFIG: Any = {"displayModeBar": False, "scrollZoom": True, "showTips": False}


class Shown(NamedTuple):
    """The parts of the page; ``no_update`` for what stays as it is."""

    class_name: Any
    heading: Any
    as_of: Any
    tabs: Any
    trouble: Any
    figures: Any
    rows: Any
    card: Any
    opener: Any
    closer: Any
    map_title: Any
    map_place: Any
    legend: Any
    picture: Any
    drawn: Any


PLACES = Shown(
    class_name=(BriefId.ROOT, "className"),
    heading=(BriefId.HEADING, "children"),
    as_of=(BriefId.AS_OF, "children"),
    tabs=(BriefId.TABS, "children"),
    trouble=(BriefId.TROUBLE, "children"),
    figures=(BriefId.FIGURES, "children"),
    rows=(BriefId.LIST, "children"),
    card=(BriefId.CARD, "children"),
    opener=(BriefId.MAP_OPENER, "href"),
    closer=(BriefId.MAP_CLOSER, "href"),
    map_title=(BriefId.MAP_TITLE, "children"),
    map_place=(BriefId.MAP_PLACE, "children"),
    legend=(BriefId.LEGEND, "children"),
    picture=(BriefId.PICTURE, "data"),
    drawn=(BriefId.DRAWN, "data"),
)
"""Component and property of each part."""


def show(tools: Tools, maps: BriefMaps, readings: Readings, former: object = None) -> Shown:
    """Return the parts of what is asked for; ``former`` is the ``drawn`` that the browser says is shown now.

    A database that is down leaves the scenes, what happened and a way to ask again.
    """
    language, asked = tools.language, readings.asked
    try:
        return _shown(tools, maps, readings, former)
    except Refused as refused:
        again = dcc.Link(say("brief.again", language), href=asked.address(), className="brief-way")
        return Shown(
            class_name="brief brief-failed", heading=say("brief.title", language), as_of="",
            tabs=scene_tabs(asked, language), trouble=[trouble(refused, language), again],
            figures=None, rows=None, card=None,
            opener=asked.address(map=True), closer=asked.address(map=False),
            map_title="", map_place=None, legend=None, picture=None, drawn=None,
        )  # fmt: skip


def _shown(tools: Tools, maps: BriefMaps, readings: Readings, former: object) -> Shown:
    language, city, asked = tools.language, readings.city, readings.asked
    drawn = _drawn(readings) if asked.map and city.bounds is not None else None
    map_place, legend, picture = _map(maps, readings, language, drawn=drawn, former=former)
    return Shown(
        class_name=_class_name(asked),
        heading=_heading(city, asked, language),
        as_of=_as_of(readings.publication, language),
        tabs=scene_tabs(asked, language),
        trouble=None,
        figures=_figures(readings, language),
        rows=scene_list(readings, city, asked, language),
        # An element of its own for each card: what was open or scrolled in another is not of this one.
        card=html.Aside(
            card_body(tools, readings.wall, asked),
            className="brief-card",
            **labelled(say("brief.card.title", language)),
        ),
        opener=asked.address(map=True),
        closer=asked.address(map=False),
        map_title=say(f"brief.map.{asked.scene}", language),
        map_place=map_place,
        legend=legend,
        picture=picture,
        drawn=drawn,
    )


def _drawn(readings: Readings) -> dict[str, str]:
    """Return what a map is drawn of: a card or a longer list beside it makes it no other."""
    published = readings.publication.number if readings.publication else 0
    data = f"{readings.wall.version().number}.{published}"
    return replace(readings.asked, card=None, whole=False).fields() | {"data": data}


def _map(
    maps: BriefMaps, readings: Readings, language: Language, *, drawn: dict[str, str] | None, former: object
) -> tuple[Any, Any, Any]:
    """Return the map's place, its legend and the figure that an open map is to show next."""
    city, asked = readings.city, readings.asked
    if drawn is None:
        return (empty(say("brief.empty.areas", language)) if asked.map else None), None, None
    if drawn == former:
        return no_update, no_update, no_update
    picture = maps.draw(readings, city, asked, language)
    is_open = isinstance(former, dict)
    legend = legend_block(picture.legend) if picture.legend else None
    return (no_update, legend, picture.figure) if is_open else (_map_box(city, picture), legend, None)


def _map_box(city: City, picture: Picture) -> Any:
    graph = dcc.Graph(
        id=BriefId.MAP, figure=picture.figure, config=_CONFIG, responsive=True, className="brief-map-graph"
    )
    # By these the browser fits the map to whatever room there is: see ``assets/brief.js``.
    told: Any = {
        "data-bounds": ",".join(f"{edge:.5f}" for edge in city.bounds or ()),
        "aria-labelledby": BriefId.MAP_TITLE,
    }
    return html.Div(graph, role="figure", className="brief-map-box", **told)


def _class_name(asked: Asked) -> str:
    parts = ["brief", f"brief-{asked.scene}"]
    parts += ["brief-has-card"] if asked.card else []
    parts += ["brief-has-map"] if asked.map else []
    return " ".join(parts)


def _figures(readings: Readings, language: Language) -> Any:
    """The wall's figures; of the service network its own, which the wall has none of."""
    asked = readings.asked
    if asked.scene is BriefScene.SERVICE:
        return service_figures(readings.network, language)
    if readings.publication is None:
        return empty(say("wall.empty.pending", language))
    first = _FIRST.get(asked.scene, ())
    found = sorted(
        readings.wall.figures(ask(asked.wall))[:MOST_FIGURES], key=lambda one: one.code not in first
    )
    return figures(found, language)


def _heading(city: City, asked: Asked, language: Language) -> str:
    if asked.scene in {BriefScene.CLOCKS, BriefScene.SERVICE}:
        return say(f"brief.question.{asked.scene}", language)
    state = asked.wall
    level = say(f"level.{counted_level(state, city)}", language)
    is_rate = asked.scene is BriefScene.HOTSPOTS and asked.basis is Basis.RATE
    return say(f"wall.scene.{Basis.RATE if is_rate else state.scene}", language, level=level)


def _as_of(publication: Publication | None, language: Language) -> str:
    return say("wall.as_of", language, time=in_city_time(publication.changed_at)) if publication else ""
