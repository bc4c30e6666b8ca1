"""What both maps of units are put together from: the view's contents, links to choose by, rows of lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from dash import dcc, html

from callbacks.frame import labelled
from layers.legends import Legend
from layers.map_base import Drawing
from layers.map_camera import Bounds
from layers.words import Language, say


@dataclass(frozen=True, slots=True, eq=False)
class MapView:
    """What a panel shows: ``figure`` none where there is no map of the level, ``bounds`` what it shows."""

    title: str
    definition: str
    choices: Sequence[Any]
    notes: Sequence[Any]
    figure: Drawing | None
    bounds: Bounds | None
    legend: Legend
    as_of: str
    lists: Sequence[Any]


def choice_links(
    name: str, options: Iterable[tuple[str, str, bool]], *, class_name: str = "units-map-choice"
) -> Any:
    """Return links to choose one of several by: words, address, whether it is the one in use."""
    links = [_option(*option) for option in options]
    return html.Nav(links, className=class_name, **labelled(name))


def _option(words: str, address: str, here: bool) -> Any:
    current: Any = {"aria-current": "true"} if here else {}
    class_name = "units-map-option" + (" units-map-here" if here else "")
    return html.Span(dcc.Link(words, href=address, className=class_name), **current)


def listed_section(title: str, rows: Sequence[Any], empty: str, *, note: str = "") -> Any:
    """Return a titled list, or what is said where it is empty."""
    body = html.Ol(rows, className="units-map-rows") if rows else html.P(empty, className="office-muted")
    said = html.P(note, className="office-muted") if note else None
    return html.Section([html.H3(title), said, body], className="units-map-list office-card")


def list_row(area_id: int | None, first: Sequence[Any], more: Sequence[Any], links: Sequence[Any]) -> Any:
    """Return a row; by ``data-area`` a click on the map finds it."""
    mark: Any = {} if area_id is None else {"data-area": str(area_id)}
    lines = [html.Div(one, className="units-map-line") for one in more if one]
    return html.Li(
        [
            html.Div([*first, html.Span(links, className="units-map-links")], className="units-map-first"),
            *lines,
        ],
        className="units-map-row",
        **mark,
    )


def answers(leaders: Sequence[str] | None, language: Language) -> str:
    """Return who answers, in words; nothing where the reader is not told."""
    if leaders is None:
        return ""
    who = "、".join(leaders) or say("units_map.nobody", language)
    return say("units_map.answers", language, leader=who)


def way(words: str, address: str) -> Any:
    """Return a link of a row."""
    return dcc.Link(words, href=address, className="units-map-link")


def hover_text(text: str) -> str:
    """Return a text for Plotly's labels, which read signs of HTML: a name is text and never more."""
    return escape(text, quote=False)
