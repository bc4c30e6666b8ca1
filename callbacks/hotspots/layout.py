"""The hotspot screen's page: filters at the left, the map in the middle, ranking and charts at the right."""

from __future__ import annotations

import json
from typing import Any

from dash import dcc, html

from callbacks.frame import definition, desk, labelled, trouble
from callbacks.hotspots.asked import State
from callbacks.hotspots.asking import Asking
from callbacks.hotspots.controls import controls
from callbacks.hotspots.ids import Id
from callbacks.hotspots.known import Facts
from callbacks.hotspots.screen import HotspotScreen
from callbacks.tools import Tools
from grid.hotspots.questions import Dimension, Step
from grid.refusals import Refused
from layers.hotspot_charts import ChartStep
from layers.hotspot_map import blank_figure, map_spec
from layers.words import Language, all_words, say

_MAP_CONFIG: Any = {"displayModeBar": False, "scrollZoom": True, "showTips": False, "doubleClick": False}
_STILL: Any = {"displayModeBar": False, "showTips": False, "doubleClick": False}
_BARE = {
    "data": [],
    "layout": {
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": {"visible": False}, "yaxis": {"visible": False}, "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
    },
}  # fmt: skip
_SPOKEN = "hotspots.browser."
"""Words that the browser itself says are under this key."""


def page(tools: Tools, screen: HotspotScreen, query: dict[str, object]) -> Any:
    """Return the page in the state of an address, or in words why there is none."""
    language, city = tools.language, None
    try:
        desk_of_city = screen.desk()
        city = desk_of_city.city()
        asking = screen.ask(query)
        body = _body(asking, screen, query, language)
    except Refused as refused:
        again = dcc.Link(say("hotspots.again", language), href="/hotspots", refresh=True)
        # Without areas no other question helps.
        body = [trouble(refused, language, more=None if refused.code == "hotspots_no_areas" else again)]
    return desk(tools, city, "hotspots", body, class_name="hotspots")


def _body(asking: Asking, screen: HotspotScreen, query: object, language: Language) -> list[Any]:
    facts, state = asking.facts, asking.state
    spec = map_spec(facts.city) | {"marks": screen.marks(), "classes": screen.class_words()}
    if facts.has_functional(asking.desk):
        spec |= {"functional": say("area_kind.functional", language)}
    stores: dict[Id, Any] = {
        Id.SPEC: spec, Id.ADDRESS: query, Id.ASKED: None, Id.ANSWER: None, Id.ORDER_ASKED: None,
        Id.ORDER: None, Id.TELL: None, Id.TOLD: None, Id.PLAY_ASKED: None, Id.PLAYED: None,
    }  # fmt: skip
    spoken: Any = {"data-words": json.dumps(_spoken(language), ensure_ascii=False)}
    return [
        *(dcc.Store(id=identity, data=data) for identity, data in stores.items()),
        html.Div(
            [
                controls(asking.desk, facts, state, language),
                _middle(facts, language, state),
                _right(state, language),
            ],
            id=Id.ROOT,
            className="hotspots-columns",
            **spoken,
        ),
    ]


def _spoken(language: Language) -> dict[str, str]:
    return {
        key.removeprefix(_SPOKEN): words
        for key, words in all_words(language).items()
        if key.startswith(_SPOKEN)
    }


def _middle(facts: Facts, language: Language, state: State) -> Any:
    graph = dcc.Graph(
        id=Id.MAP, figure=blank_figure(facts.city), config=_MAP_CONFIG, responsive=True,
        className="hotspots-graph",
    )  # fmt: skip
    named = labelled(say("hotspots.map", language))
    return html.Section(
        [
            html.Div(className="hotspots-notes", role="status"),
            html.Div(
                [
                    graph,
                    html.Div(className="hotspots-busy", hidden=True),
                    html.Div(className="hotspots-told", role="status", hidden=True),
                    html.Div(className="hotspots-legends"),
                    html.Div(className="hotspots-scale"),
                    html.Div(className="hotspots-empty", role="status", hidden=True),
                    _map_buttons(language),
                ],
                className="hotspots-map",
                role="region",
                tabIndex=0,
                **named,
            ),
            _playback(state, language),
            html.Footer(className="hotspots-about"),
        ],
        className="hotspots-middle",
    )


def _map_buttons(language: Language) -> Any:
    return html.Div(
        [_button(act, sign, language) for act, sign in (("zoom-in", "+"), ("zoom-out", "−"), ("home", "⌂"))],
        className="hotspots-zoom",
    )


def _button(act: str, sign: Any, language: Language, class_name: str = "hotspots-key") -> Any:
    words = say(f"hotspots.act.{act.replace('-', '_')}", language)
    marks: Any = {"data-act": act, "aria-label": words}
    return html.Button(sign, type="button", className=class_name, title=words, **marks)


def _playback(state: State, language: Language) -> Any:
    steps = dcc.RadioItems(
        id=Id.PLAY_STEP,
        options=[{"label": say(f"hotspots.play.{one}", language), "value": one.value} for one in Step],
        value=state.play.value,
        className="hotspots-chips",
    )
    marks: Any = {"data-at": ""}
    return html.Div(
        [
            html.Span(say("hotspots.play.title", language), className="hotspots-play-title"),
            steps,
            _button("step-back", "◀", language),
            _button("play", "▶", language, "hotspots-key hotspots-play-button"),
            _button("step-on", "▶|", language),
            html.Div(
                className="hotspots-bars", role="listbox", **labelled(say("hotspots.play.bars", language))
            ),
            html.Span(className="hotspots-moment"),
            _button("stop", "✕", language, "hotspots-key hotspots-stop"),
        ],
        className="hotspots-playback",
        role="group",
        **(labelled(say("hotspots.play.title", language)) | marks),
    )


def _right(state: State, language: Language) -> Any:
    return html.Aside(
        [
            html.Div(className="hotspots-figures"),
            html.Section(
                [
                    html.H2(
                        [html.Span(className="hotspots-ranked-by"), _define("ranked", language)],
                        className="hotspots-heading",
                    ),
                    html.Ol(className="hotspots-ranking"),
                ],
                className="hotspots-ranked",
            ),
            html.Section(
                [
                    html.H2(_sites_title(language), className="hotspots-heading"),
                    html.Ul(className="hotspots-sites"),
                ],
                className="hotspots-sites-part",
                hidden=True,
            ),
            _chart("trend", Id.TREND, _steps(state, language), language),
            _chart("calendar", Id.CALENDAR, None, language),
            _chart("split", Id.SPLIT, _dimensions(state, language), language),
            _exports(language),
        ],
        className="hotspots-right",
    )


def _sites_title(language: Language) -> list[Any]:
    return [html.Span(say("hotspots.site.title", language)), _define("sites", language)]


def _define(name: str, language: Language) -> Any:
    return definition(say(f"hotspots.definition.{name}", language), language)


def _chart(name: str, identity: Id, choice: Any, language: Language) -> Any:
    title = html.H2(
        [html.Span(say(f"hotspots.chart.{name}", language)), _define(name, language)],
        className="hotspots-heading",
    )
    svg: Any = {"data-act": "svg", "data-of": identity.value}
    save = html.Button(
        "SVG", type="button", className="hotspots-small", title=say("hotspots.act.svg", language), **svg
    )
    graph = dcc.Graph(
        id=identity, figure=_BARE, config=_STILL, responsive=True, className=f"hotspots-chart hotspots-{name}"
    )
    return html.Section(
        [html.Div([title, choice, save], className="hotspots-chart-head"), graph],
        className=f"hotspots-chart-part hotspots-{name}-part",
    )


def _steps(state: State, language: Language) -> Any:
    options = [{"label": say(f"hotspots.step.{one}", language), "value": one.value} for one in ChartStep]
    return dcc.RadioItems(id=Id.STEP, options=options, value=state.step.value, className="hotspots-chips")


def _dimensions(state: State, language: Language) -> Any:
    options = [{"label": say(f"hotspots.by.{one}", language), "value": one.value} for one in Dimension]
    return dcc.RadioItems(id=Id.BY, options=options, value=state.by.value, className="hotspots-chips")


def _exports(language: Language) -> Any:
    png: Any = {"data-act": "png"}
    density = say("hotspots.export.density_word", language)
    return html.Div(
        [
            html.Span(say("hotspots.export.title", language)),
            html.Button(
                "PNG",
                type="button",
                className="hotspots-small",
                title=say("hotspots.export.png", language),
                **png,
            ),
            _export("csv", "CSV", language),
            _export("gpkg", "GeoPackage", language),
            _export("density", density, language),
        ],
        className="hotspots-exports",
    )


def _export(form: str, word: str, language: Language) -> Any:
    marks: Any = {"data-export": form}
    title = say(f"hotspots.export.{form}", language)
    return html.A(word, href="#", className="hotspots-small", title=title, **marks)
