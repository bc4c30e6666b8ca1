"""Wiring of the hotspot screen: what is chosen is gathered in the browser and asked for in one request."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State
from dash.exceptions import PreventUpdate

from callbacks.hotspots.area_options import area_option
from callbacks.hotspots.ids import CONTROLS, Id
from callbacks.hotspots.screen import HotspotScreen
from callbacks.tools import Tools
from grid.refusals import Refused

_LONGEST_SEARCH = 60


def wire(app: Dash, screen: HotspotScreen, tools: Tools) -> None:
    """Register the page's callbacks."""
    _wire_browser(app)
    _wire_answers(app, screen)
    _wire_search(app, screen, tools)


def _wire_browser(app: Dash) -> None:
    def wire_one(name: str, *wires: Input | Output | State) -> None:
        """What happens in the browser alone: see ``assets/hotspots.js``."""
        app.clientside_callback(ClientsideFunction("hotspots", name), *wires)

    # With an output, though nothing comes of it: Dash calls no other when a page comes to be.
    wire_one("open", Output(Id.SPEC, "modified_timestamp"), Input(Id.SPEC, "data"), State(Id.ADDRESS, "data"))
    wire_one("gather", *(Input(control, "value") for control in CONTROLS.values()))
    wire_one("slide", Input(Id.PERIOD, "value"))
    wire_one("answer", Input(Id.ANSWER, "data"))
    wire_one("order", Input(Id.ORDER, "data"))
    wire_one("told", Input(Id.TOLD, "data"))
    wire_one("played", Input(Id.PLAYED, "data"))
    wire_one("picked", *(Input(chart, "clickData") for chart in (Id.TREND, Id.CALENDAR, Id.SPLIT)))


def _wire_answers(app: Dash, screen: HotspotScreen) -> None:
    @app.callback(Output(Id.ANSWER, "data"), Input(Id.ASKED, "data"), prevent_initial_call=True)
    def answer(asked: object) -> Any:
        _refuse_nothing(asked)
        return screen.answer(asked)

    @app.callback(Output(Id.ORDER, "data"), Input(Id.ORDER_ASKED, "data"), prevent_initial_call=True)
    def order(asked: object) -> Any:
        return _some(screen.order(asked))

    @app.callback(Output(Id.TOLD, "data"), Input(Id.TELL, "data"), prevent_initial_call=True)
    def told(asked: object) -> Any:
        return _some(screen.told(asked))

    @app.callback(Output(Id.PLAYED, "data"), Input(Id.PLAY_ASKED, "data"), prevent_initial_call=True)
    def played(asked: object) -> Any:
        _refuse_nothing(asked)
        return screen.played(asked)


def _wire_search(app: Dash, screen: HotspotScreen, tools: Tools) -> None:
    @app.callback(
        Output(Id.AREA, "options"),
        Input(Id.AREA, "search_value"),
        State(Id.AREA, "value"),
        prevent_initial_call=True,
    )
    def options(typed: object, chosen: object) -> Any:
        if not isinstance(typed, str) or not typed.strip():
            raise PreventUpdate
        return found_areas(screen, typed[:_LONGEST_SEARCH], chosen, tools)


def found_areas(screen: HotspotScreen, typed: str, chosen: object, tools: Tools) -> list[dict[str, object]]:
    """Return the areas that a text means, and those already chosen, which must stay named."""
    ids = [one for one in chosen if type(one) is int] if isinstance(chosen, list) else []
    try:
        desk = screen.desk()
        facts = screen.known.facts(desk)
        kept = [area for one in ids[:20] if (area := facts.area(desk, one)) is not None]
        found = [area for area in facts.search(desk).find(typed) if area.id not in {one.id for one in kept}]
        return [
            *(area_option(area, facts.path(desk, area), "", tools.language) for area in kept),
            *(area_option(area, facts.path(desk, area), typed, tools.language) for area in found),
        ]
    except Refused as refused:
        raise PreventUpdate from refused


def _some(answer: dict[str, Any] | None) -> dict[str, Any]:
    if answer is None:
        raise PreventUpdate
    return answer


def _refuse_nothing(asked: object) -> None:
    """Answer nothing before anything was asked: Dash calls also when a page comes to be."""
    if asked is None:
        raise PreventUpdate
