"""The four tabs of the patch: matters by clock, the map, service points near, the grid's notice card."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dash import dcc, html

from callbacks.access.menu import account_mark
from callbacks.frame import definition, labelled
from callbacks.patch.asked import CLOCKS
from callbacks.patch.ids import Id, address
from callbacks.patch.matters import clock_of, in_order, matter_card
from callbacks.patch.place import gestures
from callbacks.patch.sign import sign
from callbacks.tools import Tools
from grid.ports import PatchReads
from grid.questions import City, Patch, PatchPoint
from layers.numbers import grouped, in_city_time
from layers.patch_map import patch_figure, points_on_map
from layers.words import Language, say

_PRINTS: Any = {"data-print": "yes"}
"""What ``assets/patch_page.js`` prints by."""


def matters_page(city: City, patch: Patch, clock: str | None, language: Language) -> Any:
    """Return the open matters, the most urgent first, with counts by clock as filters."""
    shown = [matter for matter in in_order(patch.matters) if clock in {None, clock_of(matter)}]
    count = say("patch.count", language, n=len(patch.matters), day=city.today.isoformat())
    empty = "patch.none" if not patch.matters else "patch.none_here"
    return html.Section(
        [
            _chips(patch, clock, language),
            html.Div(
                [count, definition(say("patch.definition.open", language), language)], className="patch-count"
            ),
            html.Ol(
                [matter_card(one, city, language, grid_id=patch.grid.id) for one in shown],
                className="patch-cards",
            ),
            None if shown else html.P(say(empty, language), className="patch-quiet patch-none"),
        ],
        className="patch-page",
    )


def map_page(city: City, patch: Patch, language: Language) -> Any:
    """Return the map of the grid: outline, matters placed to a point, service points."""
    figure = patch_figure(patch, language)
    on_map = len(points_on_map(patch.matters))
    note = say("patch.map.note", language, shown=on_map, rest=len(patch.matters) - on_map)
    review = city.review_number or say("desk.no_review_number", language)
    return html.Section(
        [
            html.Div(
                dcc.Graph(
                    id=Id.MAP,
                    figure=figure,
                    config={"displayModeBar": False, "scrollZoom": True},
                    responsive=True,
                    className="patch-map",
                ),
                **gestures(language),
            ),
            html.Div(
                [_key(name, language) for name in ("overdue", "due_soon", "running", "none", "point")],
                className="patch-keys",
            ),
            html.P(note, className="patch-quiet"),
            html.P(
                f"{say('desk.source', language, source=city.source or '—')}　"
                f"{say('desk.review_number', language, number=review)}",
                className="patch-quiet",
            ),
            html.A(say("patch.map.close", language), href=address(patch.grid.id), className="patch-button"),
        ],
        className="patch-page patch-page-map",
    )


def service_page(patch: Patch, language: Language) -> Any:
    """Return the service points near, the nearest first."""
    rows = [_point(point, language) for point in patch.points]
    mark = definition(say("patch.definition.service", language), language)
    return html.Section(
        [
            html.H2([say("patch.service.title", language), mark]),
            html.Ul(rows, className="patch-cards"),
            None if rows else html.P(say("patch.service.none", language), className="patch-quiet patch-none"),
        ],
        className="patch-page",
    )


def me_page(port: PatchReads, city: City, patch: Patch, tools: Tools) -> Any:
    """Return the grid's public notice, its own figures, how fresh they are, and whose session this is."""
    language = tools.language
    overdue = sum(clock_of(matter) == "overdue" for matter in patch.matters)
    area = patch.grid

    def mark(name: str) -> Any:
        return definition(say(f"patch.definition.{name}", language), language)

    facts: tuple[tuple[str, Any], ...] = (
        ("population", grouped(area.population) if area.population is not None else "—"),
        ("open", [say("patch.me.open_value", language, n=len(patch.matters), overdue=overdue), mark("open")]),
        ("closed", [say("patch.me.closed_value", language, n=patch.closed_in_90_days), mark("closed")]),
        ("as_of", in_city_time(port.version().changed_at)),
    )
    rows = [
        pair for name, value in facts for pair in (html.Dt(say(f"patch.me.{name}", language)), html.Dd(value))
    ]
    return html.Section(
        [
            sign(city, patch, tools.principal(), language),
            html.Button(
                say("patch.me.print", language), type="button", className="patch-act patch-print", **_PRINTS
            ),
            html.H2(say("patch.me.figures", language)),
            html.Dl(rows, className="patch-notice"),
            account_mark(tools, tools.principal()),
        ],
        className="patch-page",
    )


def _chips(patch: Patch, clock: str | None, language: Language) -> Any:
    counts = Counter(map(clock_of, patch.matters))
    chips = [_chip(patch, None, clock, len(patch.matters), language)]
    chips += [
        _chip(patch, one, clock, counts[one], language) for one in CLOCKS if counts[one] or one == clock
    ]
    return html.Nav(chips, className="patch-chips", **labelled(say("patch.filter", language)))


def _chip(patch: Patch, one: str | None, clock: str | None, count: int, language: Language) -> Any:
    name = say(f"patch.clock.{one or 'all'}", language)
    return html.A(
        [html.Span(name), html.B(str(count))],
        href=address(patch.grid.id, clock=one),
        className=f"patch-chip patch-clock-{one or 'all'}" + (" patch-chip-here" if one == clock else ""),
    )


def _point(point: PatchPoint, language: Language) -> Any:
    if point.distance_m is None:
        away = say("patch.service.no_distance", language)
    else:
        away = say("patch.service.distance", language, metres=grouped(round(point.distance_m, -1)))
    return html.Li(
        [
            html.Strong(point.name),
            html.Div(f"{point.village_name} · {say('patch.service.agents', language, n=point.agents)}"),
            html.Div(away, className="patch-small"),
        ],
        className="patch-card patch-point",
    )


def _key(name: str, language: Language) -> Any:
    words = say("patch.map.point", language) if name == "point" else say(f"patch.clock.{name}", language)
    return html.Span([html.Span(className=f"patch-key patch-key-{name}"), words])
