"""The figures of a service network, each with its definition, n and day; and its distances as bars."""

from __future__ import annotations

from typing import Any

from dash import html

from callbacks.frame import definition, labelled
from grid.service import DISTANCE_STEPS_M, SILENT_DAYS, Distances, PointState, ServiceNetwork
from layers.numbers import decimal, grouped, span
from layers.service_map import distance_words
from layers.words import Language, say

_KINDS = ("cadre", "grid_worker", "volunteer")


def figures(network: ServiceNetwork, language: Language) -> Any:
    """Return the bar of figures."""
    told, states = network.summary, network.states
    each = decimal(told.agents / told.points) if told.points else "—"
    kinds = {kind: grouped(told.agents_by_kind.get(kind, 0)) for kind in _KINDS}
    known = states[PointState.ACTIVE] + states[PointState.SILENT]
    notes = {
        "stations": {"towns": grouped(told.towns)},
        "points": {"villages": grouped(told.villages)},
        "agents": {"each": each, **kinds},
        "unserved": {
            "villages": grouped(told.villages),
            "share": _share(told.villages_without_point, told.villages),
        },
        "silent": {"known": grouped(known), "unknown": grouped(states[PointState.UNKNOWN])},
        "handled": {"resolved": grouped(told.resolved)},
    }
    values = {
        "stations": told.stations,
        "points": told.points,
        "agents": told.agents,
        "unserved": told.villages_without_point,
        "silent": states[PointState.SILENT],
        "handled": told.handled,
    }
    periods = {"silent": span(network.silent_since, network.as_of), "handled": _period(network, language)}
    cards = [
        _figure(name, grouped(values[name]), notes[name], periods.get(name), language) for name in values
    ]
    return html.Section(cards, className="service-figures", **labelled(say("service.figures", language)))


def distances_card(network: ServiceNetwork, language: Language) -> Any:
    """Return how far villages and grids are from the nearest point, in classes."""
    villages, grids = network.village_distances, network.grid_distances
    title = say("service.distance.title", language)
    mark = definition(say("service.distance.definition", language), language)
    head = html.Tr(
        [
            html.Th(say("service.distance.class", language), scope="col"),
            html.Th(say("service.distance.villages", language, n=grouped(villages.n)), scope="col"),
            html.Th(say("service.distance.grids", language, n=grouped(grids.n)), scope="col"),
        ]
    )
    rows = [_class_row(at, villages, grids, language) for at in range(len(villages.counts))]
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="service-distances")
    return html.Section(
        [html.H2([title, mark]), _sum(network, language), table],
        className="office-card service-distance-card",
    )


def _sum(network: ServiceNetwork, language: Language) -> Any:
    found = network.village_distances
    if found.median_m is None:
        return html.P(say("service.distance.none", language), className="office-muted")
    text = say(
        "service.distance.sum",
        language,
        median=distance_words(found.median_m, language),
        most=distance_words(found.most_m, language),
        unknown=grouped(found.unknown),
    )
    return html.P(text, className="office-muted")


def _class_row(at: int, villages: Distances, grids: Distances, language: Language) -> Any:
    edges = (0.0, *DISTANCE_STEPS_M)
    low = f"{edges[at] / 1000:g}"
    if at < len(DISTANCE_STEPS_M):
        name = say("service.legend.between", language, low=low, high=f"{DISTANCE_STEPS_M[at] / 1000:g}")
    else:
        name = say("service.legend.beyond", language, low=low)
    return html.Tr([html.Th(name, scope="row"), _bar(at, villages), _bar(at, grids)])


def _bar(at: int, found: Distances) -> Any:
    """A bar as long as the class's share of all, with its count."""
    share = 100 * found.counts[at] / found.n if found.n else 0
    bar = html.Span(className="service-bar", style={"width": f"{share:.1f}%"})
    return html.Td([html.Span(bar, className="service-track"), html.Span(grouped(found.counts[at]))])


def _figure(name: str, value: str, facts: dict[str, str], period: str | None, language: Language) -> Any:
    mark = definition(say(f"service.definition.{name}", language, days=SILENT_DAYS), language)
    unit = html.Small(say(f"service.unit.{name}", language))
    return html.Div(
        [
            html.Div(
                [say(f"service.figure.{name}", language, days=SILENT_DAYS), mark], className="service-name"
            ),
            html.Div([html.B(value), unit], className="service-value"),
            html.Small(say(f"service.note.{name}", language, **facts), className="office-muted"),
            html.Small(period, className="service-period") if period else None,
        ],
        className=f"service-figure service-figure-{name}",
    )


def _share(part: int, whole: int) -> str:
    return f"{decimal(100 * part / whole)}%" if whole else "—"


def _period(network: ServiceNetwork, language: Language) -> str:
    told = network.summary
    if told.since is None or told.until is None:
        return say("service.no_period", language)
    return span(told.since, told.until)
