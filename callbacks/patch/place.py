"""Checking one matter's place on the spot: it is right, it is elsewhere, or it is moved on the map."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.frame import labelled
from callbacks.patch.ids import Id, PlaceAct, address
from callbacks.patch.matters import matter_card
from grid.questions import City, Patch, PatchMatter
from grid.refusals import Refused
from grid.reviewing import ReportVerdict
from layers.patch_map import place_figure
from layers.words import Language, say


def place_page(city: City, patch: Patch, matter_id: int, language: Language) -> Any:
    """Return the page of one of the grid's matters; raises ``Refused('matter_unknown')``."""
    matter = next((one for one in patch.matters if one.id == matter_id), None)
    if matter is None:
        raise Refused("matter_unknown")
    return html.Section(
        [
            dcc.Store(id=Id.MATTER, data=matter.id),
            dcc.Store(id=Id.ASKED),
            html.H2(say("patch.place.title", language)),
            html.Ol([matter_card(matter, city, language)], className="patch-cards"),
            html.P(say("patch.place.hint", language), className="patch-quiet"),
            html.Div(said(matter.report, language), id=Id.SAID, className="patch-said", role="status"),
            _verdicts(language),
            _moving(language),
            _map(patch, matter, language),
            html.A(say("patch.place.back", language), href=address(patch.grid.id), className="patch-button"),
        ],
        id=Id.PLACE,
        className="patch-page patch-page-place",
    )


def said(report: ReportVerdict | None, language: Language) -> list[Any]:
    """Return what the worker last said, to be taken back; nothing where that is nothing."""
    if report is None:
        return []
    verdict = say(f"review.verdict.{report}", language)
    back = html.Button(
        say("patch.place.take_back", language), type="button", className="patch-act", **_act(PlaceAct.BACK)
    )
    return [html.Span(say("patch.place.said", language, verdict=verdict)), back]


def _map(patch: Patch, matter: PatchMatter, language: Language) -> Any:
    unknown = html.P(say("patch.place.unknown_point", language), className="patch-quiet")
    graph = dcc.Graph(
        id=Id.PLACE_MAP,
        figure=place_figure(patch, matter),
        config={"displayModeBar": False, "scrollZoom": True},
        responsive=True,
        className="patch-map",
        style={"height": "300px"},
    )
    return html.Div(
        [unknown if matter.lon is None else None, graph],
        role="figure",
        **labelled(say("patch.tab.map", language)),
        **gestures(language),
    )


def gestures(language: Language) -> Any:
    """Return what a map's box says to whom moves it by one finger (``assets/patch.js``)."""
    return {"data-gestures": say("patch.map.gestures", language)}


def _moving(language: Language) -> Any:
    """What is seen once the place is to be moved."""
    return html.Div(
        [
            html.P(
                say("patch.place.map_hint", language),
                id=Id.HINT,
                className="patch-quiet",
                **{"data-failed": say("patch.place.device_failed", language)},  # type: ignore[arg-type]
            ),
            html.Button(
                say("patch.place.device", language),
                type="button",
                className="patch-act",
                **_act(PlaceAct.DEVICE),
            ),
            html.Button(
                say("patch.place.save", language),
                type="button",
                className="patch-act patch-act-first",
                disabled=True,
                **_act(PlaceAct.SAVE),
            ),
        ],
        className="patch-moving",
    )


def _verdicts(language: Language) -> Any:
    names = (PlaceAct.RIGHT, PlaceAct.ELSEWHERE, PlaceAct.MOVE)
    return html.Div(
        [
            html.Button(
                say(f"patch.place.{name}", language), type="button", className="patch-act", **_act(name)
            )
            for name in names
        ],
        className="patch-verdicts",
    )


def _act(name: PlaceAct) -> Any:
    return {"data-place": name.value}
