"""What the leader's pages are put together from: figures, choices, rows that open a card, notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dash import dcc, html

from callbacks.brief.asked import Asked, BriefScene
from callbacks.frame import definition, labelled
from callbacks.wall.told import ToldMeasure, told_measure
from grid.areas import Level
from grid.measures import Measure
from layers.words import Language, say


def figures(measures: Iterable[Measure], language: Language, *, level: Level = Level.CITY) -> Any:
    """Return measures of an area of a level as the wall tells them."""
    cards = [_figure(told_measure(one, language, level=level), language) for one in measures]
    return html.Section(
        cards, className="brief-figures", tabIndex=0, **labelled(say("brief.figures", language))
    )


def plain_figures(told: Iterable[ToldMeasure], language: Language) -> Any:
    """Return numbers that no measure stands behind, told in the same form."""
    return html.Section([_figure(one, language) for one in told], className="brief-figures")


def _figure(told: ToldMeasure, language: Language) -> Any:
    changes = [html.Span(" ".join(filter(None, one))) for one in told.changes]
    aside = " · ".join(filter(None, (told.n, told.period)))
    return html.Div(
        [
            html.Div([told.name, definition(told.definition, language)], className="brief-figure-name"),
            html.Div([html.B(told.number), told.unit], className="brief-figure-value"),
            html.Small(aside) if aside else None,
            html.Small(changes, className="brief-changes") if changes else None,
        ],
        className="brief-figure",
    )


def scene_tabs(asked: Asked, language: Language) -> list[Any]:
    """Return the ways to the scenes: at a thumb's reach on a phone, above the lists at a desk."""
    links: list[Any] = []
    for scene in BriefScene:
        current: Any = {"aria-current": "page"} if scene is asked.scene else {}
        link = dcc.Link(say(f"brief.scene.{scene}", language), href=asked.show(scene))
        links.append(html.Span(link, className="brief-tab", **current))
    return links


def choices(name: str, options: Iterable[tuple[str, str, bool]], about: str, language: Language) -> Any:
    """Return links to choose one of several by: words, address, whether it is chosen."""
    links: list[Any] = []
    for words, address, here in options:
        current: Any = {"aria-current": "true"} if here else {}
        links.append(html.Span(dcc.Link(words, href=address), className="brief-chip", **current))
    mark = [definition(about, language)] if about else []
    return html.Nav([*links, *mark], className="brief-choice", **labelled(name))


def row(
    first: Sequence[Any], lines: Iterable[str], *, href: str | None = None, share: float | None = None
) -> Any:
    """Return a row of a list; ``href`` where it opens something, ``share`` (0–1) as a bar under it."""
    body = [html.Span(first, className="brief-first"), *(html.Small(line) for line in lines if line)]
    style: Any = {} if share is None else {"--share": f"{100 * share:.1f}%"}
    class_name = "brief-row" + ("" if share is None else " brief-measured")
    if href is None:
        return html.Div(body, className=class_name, style=style)
    return dcc.Link(body, href=href, className=class_name, style=style)


def chip(state: str, words: str) -> Any:
    """Return a listing's state in words, with its colour and outline."""
    return html.I(words, className=f"brief-state brief-state-{state}")


def way(words: str, href: str) -> Any:
    """Return a link of its own line, to another screen or a longer list."""
    return dcc.Link(words, href=href, className="brief-way")


def listed(title: str, about: str, rows: Sequence[Any], more: Iterable[Any], language: Language) -> list[Any]:
    """Return a titled list with its definition, and what stands under it."""
    mark = definition(about, language) if about else None
    return [html.H2([title, mark]), html.Div(rows, className="brief-rows"), *more]


def note(text: str) -> Any:
    """Return what must be known of a list."""
    return html.P(text, className="brief-note")


def empty(text: str) -> Any:
    """Return what is said in the place of a list."""
    return html.P(text, className="brief-empty")
