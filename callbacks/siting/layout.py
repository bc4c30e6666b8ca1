"""The page of siting: what is asked, what is reached and proven, the map, the curve, and two lists."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from dash import dcc, html
from shapely.geometry.base import BaseGeometry

from callbacks.frame import definition, desk, labelled, message, trouble
from callbacks.siting.asked import EXPORT_PATH, PAGE_PATH, Asked, View, read_address
from callbacks.siting.controls import chooser
from callbacks.siting.figures import figures
from callbacks.siting.ids import Id
from callbacks.siting.listed import gaps_card, suggested_card
from callbacks.tools import Tools
from grid.areas import AreaKind, Level
from grid.ports import SitingDesk
from grid.questions import City
from grid.refusals import Refused
from grid.siting.answers import SitingAnswer
from grid.siting.questions import Way
from layers.legends import Swatch
from layers.map_camera import Viewport
from layers.map_hatch import geometries
from layers.numbers import grouped
from layers.siting_chart import saturation_figure
from layers.siting_map import SitingScene, legend_entries, siting_bounds, siting_figure
from layers.words import Language, say

MAP = Viewport(760, 560)
POLL_MS = 1000
_MAP_CONFIG: Any = {"displayModeBar": False, "scrollZoom": True}
_CHART_CONFIG: Any = {"displayModeBar": False}


def page(tools: Tools, query: Mapping[str, object]) -> Any:
    """Return the page for an address."""
    language, city = tools.language, None
    port = tools.store.siting(tools.principal())
    try:
        city = port.city()
        asked = read_address(query)
        counties = port.areas(Level.COUNTY)
        found = port.answer(asked.question, asked.run)
    except Refused as refused:
        again = html.P(html.A(say("siting.again", language), href=PAGE_PATH, className="office-clear"))
        return desk(tools, city, "siting", [trouble(refused, language), again], class_name="office")
    head = chooser(asked, counties, found, language)
    nothing = _nothing(found)
    if nothing is not None:
        told = message(
            say(f"siting.empty.{nothing}_title", language), say(f"siting.empty.{nothing}", language)
        )
        return desk(tools, city, "siting", [head, told], class_name="office siting")
    scene = _scene(port, city, asked, found, language)
    left = html.Div([_map_card(scene, asked), _curve_card(found, language)], className="siting-left")
    right = html.Div(
        [suggested_card(found, _export(asked), language), gaps_card(found, language)],
        className="siting-right",
    )
    body = [head, figures(found, language), html.Div([left, right], className="siting-columns")]
    return desk(tools, city, "siting", [*body, *_proof_parts(asked, found)], class_name="office siting")


def _nothing(found: SitingAnswer) -> str | None:
    """Return why there is nothing to tell: no villages, nobody to be reached, or no table of times."""
    if not any(one.is_inside for one in found.places.villages):
        return "villages"
    if found.question.way is Way.TABLE and not len(found.places.times.minutes):
        return "times"
    return None if found.total else "demand"


def _proof_parts(asked: Asked, found: SitingAnswer) -> list[Any]:
    """Return what the proof needs; without anything left to prove it is not started."""
    is_open = not found.proof.is_proven and asked.run is None and found.question.most > 0
    shown = sorted(found.proof.village_ids)
    data = asked.fields() | {"total": found.total, "shown": shown} if is_open else None
    return [
        dcc.Store(id=Id.ASKED, data=data),
        dcc.Store(id=Id.RUN),
        dcc.Interval(id=Id.TICK, interval=POLL_MS, disabled=True),
    ]


def _scene(
    port: SitingDesk, city: City, asked: Asked, found: SitingAnswer, language: Language
) -> SitingScene:
    within = asked.question.within
    named = port.areas(Level.COUNTY if within is None else Level.TOWN)
    names = [one for one in named if one.kind is AreaKind.REGULAR and within in {None, one.parent_id}]
    edition = city.editions.get(Level.VILLAGE)
    shapes = {} if edition is None else _decode(port.shapes(Level.VILLAGE, edition))
    return SitingScene(city, found, names, shapes, MAP, language, asked.view is View.ACCESS)


@lru_cache(maxsize=2)
def _decode(body: bytes) -> dict[int, BaseGeometry]:
    """Keyed by the bytes themselves, so that nothing is kept of one city for another."""
    return geometries(json.loads(gzip.decompress(body)))


def _map_card(scene: SitingScene, asked: Asked) -> Any:
    language = scene.language
    title = say(f"siting.map.{asked.view}", language)
    mark = definition(say(f"siting.map.{asked.view}_definition", language), language)
    bounds: Any = {"data-bounds": ",".join(f"{edge:.5f}" for edge in siting_bounds(scene))}
    graph = dcc.Graph(
        figure=siting_figure(scene), config=_MAP_CONFIG, responsive=True, className="siting-map"
    )
    box = html.Div(graph, role="figure", className="siting-map-box", **labelled(title), **bounds)
    tabs = [_tab(view, asked, scene, language) for view in View]
    head = html.Div(
        [html.H2([title, mark]), html.Nav(tabs, className="siting-tabs")], className="siting-head"
    )
    return html.Section([head, box, _legend(scene)], className="office-card siting-map-card")


def _tab(view: View, asked: Asked, scene: SitingScene, language: Language) -> Any:
    if view is View.ACCESS and scene.found.access is None:
        return None
    here = view is asked.view
    current: Any = {"aria-current": "true"} if here else {}
    name = "siting-tab" + (" siting-tab-here" if here else "")
    link = dcc.Link(say(f"siting.view.{view}", language), href=asked.address(view=view), className=name)
    return html.Span(link, **current)


def _legend(scene: SitingScene) -> Any:
    language = scene.language
    entries = [
        html.Li(
            [
                html.Span(
                    className="siting-swatch"
                    + (" siting-swatch-hatch" if one.swatch is Swatch.HATCH else ""),
                    style={"backgroundColor": one.colour},
                ),
                say("siting.legend.entry", language, text=one.text, count=grouped(one.count or 0)),
            ]
        )
        for one in legend_entries(scene)
    ]
    title = html.Li(
        html.B(say("siting.legend.access" if scene.by_access else "siting.legend.villages", language))
    )
    dots = [
        html.Li([html.Span(className="siting-dot"), say("siting.legend.point", language)]),
        html.Li([html.Span("1", className="siting-number"), say("siting.legend.new", language)]),
    ]
    return html.Ul([title, *entries, *dots], className="siting-legend")


def _curve_card(found: SitingAnswer, language: Language) -> Any:
    title = say("siting.curve.title", language)
    mark = definition(say("siting.curve.definition", language), language)
    graph = dcc.Graph(
        figure=saturation_figure(found, language), config=_CHART_CONFIG, className="siting-curve"
    )
    box = html.Div(graph, role="figure", **labelled(title))
    return html.Section([html.H2([title, mark]), box], className="office-card")


def _export(asked: Asked) -> str:
    return asked.address(EXPORT_PATH)
