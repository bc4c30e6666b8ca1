"""The page of the service network: area, figures, map and distances, and one list beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from callbacks.frame import definition, desk, labelled, message, trouble
from callbacks.service.asked import PAGE_PATH, Asked
from callbacks.service.figures import distances_card, figures
from callbacks.service.listed import listed_card
from callbacks.tools import Tools
from grid.areas import Area, AreaKind, Level
from grid.principals import Role
from grid.questions import City
from grid.refusals import Refused
from grid.service import SILENT_DAYS, ServiceNetwork
from layers.map_camera import Viewport
from layers.service_map import ServiceScene, legend_entries, service_bounds, service_figure, shows_points
from layers.words import Language, say

MAP = Viewport(640, 520)
"""Size for which labels are placed; the browser fits the map to the room that there is."""
_MAP_CONFIG: Any = {"displayModeBar": False, "scrollZoom": True}


def page(tools: Tools, asked: Asked) -> Any:
    """Return the page for a state."""
    language, city = tools.language, None
    port = tools.store.service(tools.principal())
    try:
        city = port.city()
        counties, towns = port.areas(Level.COUNTY), port.areas(Level.TOWN)
        asked = asked.narrowed(counties, towns)
        question = asked.question()
        network = port.network(question.within)
    except Refused as refused:
        return desk(
            tools, city, "service", [trouble(refused, language), _again(language)], class_name="office"
        )
    chooser = _chooser(asked, counties, towns, language)
    if question.within is None and not (network.points or network.summary.stations):
        empty = _nothing_yet(tools.principal().role, language)
        return desk(tools, city, "service", empty, class_name="office service")
    labelled_areas = [one for one in (towns if asked.county else counties) if _is_part(one, asked)]
    columns = html.Div(
        [
            html.Div(
                [_map_card(city, network, labelled_areas, language), distances_card(network, language)],
                className="service-left",
            ),
            listed_card(network, asked, language),
        ],
        className="service-columns",
    )
    body = [chooser, figures(network, language), columns]
    return desk(tools, city, "service", body, class_name="office service")


def _is_part(area: Area, asked: Asked) -> bool:
    """Return whether an area is to carry its name: counties of the city, towns of the county."""
    if area.level is Level.COUNTY:
        return area.kind is AreaKind.REGULAR
    return area.parent_id == asked.county and asked.town in {None, area.id}


def _chooser(asked: Asked, counties: Sequence[Area], towns: Sequence[Area], language: Language) -> Any:
    """A form that the browser itself sends: the area stands in the address."""
    within = [town for town in towns if town.parent_id == asked.county]
    send = html.Button(say("service.choose", language), type="submit", className="office-button")
    clear = dcc.Link(say("service.whole_city", language), href=PAGE_PATH, className="office-clear")
    keep = dcc.Input(type="hidden", name="list", value=asked.listed.value) if asked.listed else None
    town = _select("town", within, asked.town, language) if within else None
    return html.Form(
        [
            _select("county", counties, asked.county, language),
            town,
            keep,
            html.Div([send, clear if asked.county else None], className="office-send"),
            _as_of_hint(language),
        ],
        # Made anew for each area: a browser keeps what was chosen in a select that it knows.
        key=f"{asked.county}-{asked.town}",
        action=PAGE_PATH,
        method="get",
        className="office-card service-chooser",
        **labelled(say("service.area", language)),
    )


def _as_of_hint(language: Language) -> Any:
    text = say("service.hint", language, days=SILENT_DAYS)
    return html.P(text, className="office-muted service-hint")


def _select(name: str, areas: Sequence[Area], chosen: int | None, language: Language) -> Any:
    options = [html.Option(say(f"service.every.{name}", language), value="", selected=chosen is None)]
    options += [html.Option(one.name, value=str(one.id), selected=one.id == chosen) for one in areas]
    field = html.Select(options, name=name, className="office-input")
    return html.Label([html.Span(say(f"level.{name}", language)), field], className="office-field")


def _map_card(city: City, network: ServiceNetwork, areas: Sequence[Area], language: Language) -> Any:
    scene = ServiceScene(city, network, areas, MAP, language)
    graph = dcc.Graph(
        figure=service_figure(scene), config=_MAP_CONFIG, responsive=True, className="service-map"
    )
    title = say("service.map.title", language)
    mark = definition(say("service.map.definition", language), language)
    # By this the browser fits the map to whatever room there is: see ``assets/service.js``.
    bounds: Any = {"data-bounds": ",".join(f"{edge:.5f}" for edge in service_bounds(scene))}
    figure = html.Div(graph, role="figure", className="service-map-box", **labelled(title), **bounds)
    return html.Section(
        [html.H2([title, mark]), figure, _legend(network, language)], className="office-card service-map-card"
    )


def _legend(network: ServiceNetwork, language: Language) -> Any:
    fills = [
        html.Li([html.Span(className="service-swatch", style={"background": entry.colour}), entry.text])
        for entry in legend_entries(network, language)
    ]
    title = html.Li(html.B(say("service.legend.villages", language)))
    villages = html.Ul([title, *fills], className="service-legend")
    return html.Div([villages, *_point_legend(network, language)])


def _point_legend(network: ServiceNetwork, language: Language) -> list[Any]:
    if not shows_points(network):
        return [html.Small(say("service.map.no_points", language), className="office-muted")]
    dots = [
        html.Li(
            [html.Span(className=f"service-dot service-dot-{state}"), say(f"service.state.{state}", language)]
        )
        for state in network.states
    ]
    title = html.Li(html.B(say("service.legend.points", language)))
    parts: list[Any] = [html.Ul([title, *dots], className="service-legend")]
    unlocated = sum(point.lon is None for point in network.points)
    if unlocated:
        text = say("service.map.unlocated", language, count=unlocated)
        parts.append(html.Small(text, className="office-muted"))
    return parts


def _nothing_yet(role: Role, language: Language) -> Any:
    link = None
    if role is Role.CLERK:
        link = dcc.Link(say("service.empty.import", language), href="/imports", className="office-clear")
    return message(say("service.empty.title", language), say("service.empty.text", language), more=link)


def _again(language: Language) -> Any:
    return html.P(html.A(say("service.whole_city", language), href=PAGE_PATH, className="office-clear"))
