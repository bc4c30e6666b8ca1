"""The wall's frame: where everything stands; what it says comes with the first answer."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.groups import ALL, Group, write_group
from callbacks.wall.ids import WallId
from callbacks.wall.marks import definition_mark
from callbacks.wall.playing import month_said
from callbacks.wall.state import COUNT_LEVELS, HotspotView, Layer, WallState, write_month
from callbacks.wall.tour_bar import tour_bar
from grid.matters import Category, Channel
from grid.published import Window
from layers.map_camera import Padding, Viewport
from layers.map_counts import Basis
from layers.theme import DARK
from layers.words import Language, say

REFRESH_MS = 15_000
_LAYER_ORDER = (Layer.DENSITY, Layer.LISTING, Layer.COVERAGE, Layer.COUNTS)
GRAPH_CONFIG: Any = {"displayModeBar": False, "scrollZoom": True, "showTips": False, "doubleClick": "reset"}
STILL_CONFIG: Any = {"displayModeBar": False, "showTips": False}
_THEMED: Any = {"data-theme": DARK.name}
_PANEL_PX = Padding(left=372, top=116, right=428, bottom=190)
_WIDE_PANEL_PX = Padding(left=736, top=116, right=960, bottom=190)
_WIDE = 2.5
"""What the panels, and the bar of a tour, take from the map at 1920 by 1080, and from how wide a wall on the
side panels have two columns; the style sheet has the same in rem."""


def free_padding(viewport: Viewport) -> Padding:
    """Return the pixels that panels cover at a viewport's size."""
    scale = viewport.scale
    panel = _WIDE_PANEL_PX if viewport.width >= _WIDE * viewport.height else _PANEL_PX
    return Padding(panel.left * scale, panel.top * scale, panel.right * scale, panel.bottom * scale)


def frame(state: WallState, language: Language, *, cards: bool) -> Any:
    """Return the page in a state, before any data; ``cards`` for those who may open them."""
    return html.Div(
        [
            dcc.Interval(id=WallId.TICK, interval=REFRESH_MS),
            dcc.Store(id=WallId.VERSION),
            dcc.Store(id=WallId.VIEWPORT),
            dcc.Store(id=WallId.ADDRESS),
            dcc.Store(id=WallId.DRAWN),
            dcc.Store(id=WallId.SPOT, data=str(state.spot) if state.spot else None),
            dcc.Store(id=WallId.DRESSED),
            dcc.Store(id=WallId.ASKED),
            dcc.Store(id=WallId.MONTH, data=write_month(state.month)),
            dcc.Store(id=WallId.PLAY, data=state.play),
            _map(language),
            _top(state, language),
            html.Section(id=WallId.FIGURES, className="wall-panel wall-figures"),
            _right(state, language),
            _trend(language),
            _foot(),
            tour_bar(language),
            *(_card(state, language) if cards else []),
        ],
        id=WallId.FRAME,
        className="wall",
        **_THEMED,
    )


def _card(state: WallState, language: Language) -> list[Any]:
    return [
        # Seen on a narrow window alone, where the wall's panels leave no room for a map.
        html.A(say("brief.phone", language), href="/brief", className="wall-phone"),
        dcc.Store(id=WallId.CARD, data=str(state.card) if state.card else None),
        html.Aside(id=WallId.CARD_PANEL, className="wall-panel wall-card", hidden=True),
    ]


def _map(language: Language) -> Any:
    blank = {"data": [], "layout": BARE}
    return html.Main(
        [
            dcc.Graph(
                id=WallId.MAP, figure=blank, config=GRAPH_CONFIG, className="wall-map", responsive=True
            ),
            html.Div(id=WallId.MAP_NOTE, className="wall-note"),
            html.Div(id=WallId.BANNER, className="wall-banner", role="status", hidden=True),
            html.Div(say("wall.loading", language), className="wall-loading"),
            html.Div(id=WallId.SCALE_BAR, className="wall-scale-bar"),
        ]
    )


def _top(state: WallState, language: Language) -> Any:
    return html.Header(
        [
            html.Div(
                [
                    html.Div(
                        html.H1(say("product.name", language)), id=WallId.HEADING, className="wall-heading"
                    ),
                    html.Div(id=WallId.STAMPS, className="wall-stamps"),
                ],
                className="wall-title-row",
            ),
            html.Nav(_controls(state, language), className="wall-controls"),
        ],
        className="wall-panel wall-top",
    )


def _controls(state: WallState, language: Language) -> list[Any]:
    return [
        dcc.Checklist(
            id=WallId.LAYERS,
            options=_options("wall.layer", _LAYER_ORDER, language),
            value=list(state.layers),
            className="wall-chips wall-layers",
        ),
        html.Div(
            [
                _radio(WallId.PERIOD, _options("wall.period", Window, language), state.period),
                definition_mark(say("wall.period_definition", language), language),
            ],
            className="wall-period",
        ),
        _choice(WallId.GROUP, _groups(language), write_group(state.group), "wall-group"),
        _radio(
            WallId.LEVEL,
            [
                {"label": say(f"wall.control.level_{level}", language), "value": level}
                for level in COUNT_LEVELS
            ],
            state.level,
        ),
        _radio(WallId.BASIS, _options("wall.control", Basis, language), state.basis),
        _choice(WallId.QUARTER, [], str(state.quarter) if state.quarter else None),
    ]


def _views(state: WallState, language: Language) -> Any:
    """How the hotspots are shown; the style sheet shows it where they are."""
    return html.Nav(
        [
            html.Span(say("wall.view_title", language), className="wall-view-title"),
            _radio(WallId.VIEW, _options("wall.view", HotspotView, language), state.view),
        ],
        className="wall-view",
    )


def _groups(language: Language) -> list[dict[str, str]]:
    """Return both lists in one, since only one group at a time is published."""

    def option(kind: str, group: Group) -> dict[str, str]:
        name = say(f"{kind}.{group}", language)
        return {"label": say(f"wall.control.group_{kind}", language, name=name), "value": write_group(group)}

    return [
        {"label": say("wall.control.group_all", language), "value": ALL},
        *(option("category", one) for one in Category),
        *(option("channel", one) for one in Channel),
    ]


def _right(state: WallState, language: Language) -> Any:
    return html.Section(
        [
            _views(state, language),
            dcc.RadioItems(id=WallId.FOCUS, options=[], value=state.scene, className="wall-chips wall-tabs"),
            html.Div(id=WallId.LIST, className="wall-list"),
            html.Div(id=WallId.LEGENDS, className="wall-legends"),
        ],
        className="wall-panel wall-right",
    )


def _trend(language: Language) -> Any:
    words: Any = {
        "data-start": say("wall.play.start", language),
        "data-pause": say("wall.play.pause", language),
    }
    button = html.Button(
        say("wall.play.start", language), id=WallId.PLAY_BUTTON, className="wall-play",
        title=say("wall.play.keys", language), **words,
    )  # fmt: skip
    said = html.Div(
        month_said((), None, language), id=WallId.MONTH_SAID, className="wall-month-said", role="status"
    )
    return html.Section(
        [
            html.Div(
                [said, button],
                id=WallId.TREND_TITLE,
                className="wall-trend-title",
            ),
            dcc.Graph(
                id=WallId.TREND, figure={"data": [], "layout": BARE}, config=STILL_CONFIG, responsive=True
            ),
        ],
        className="wall-panel wall-trend",
    )


BARE = {
    "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
    "xaxis": {"visible": False}, "yaxis": {"visible": False},
}  # fmt: skip


def _foot() -> Any:
    return html.Footer(
        [html.Span(id=WallId.PLACED), html.Span(id=WallId.SOURCE, className="wall-source")],
        className="wall-foot",
    )


def _options(prefix: str, members: Any, language: Language) -> list[dict[str, str]]:
    return [{"label": say(f"{prefix}.{member}", language), "value": str(member)} for member in members]


def _radio(identity: WallId, options: list[dict[str, str]], value: str) -> Any:
    return dcc.RadioItems(id=identity, options=options, value=str(value), className="wall-chips")


def _choice(identity: WallId, options: list[dict[str, str]], value: str | None, class_name: str = "") -> Any:
    return dcc.Dropdown(
        id=identity, options=options, value=value, clearable=False, searchable=False,
        className=f"wall-choice {class_name}".strip(),
    )  # fmt: skip
