"""Panels of the review: the list of texts, the text at hand, what may be chosen, what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dash import html

from callbacks.frame import definition, message
from callbacks.review.asked import View
from callbacks.review.ids import Act, act
from grid.reviewing import (
    Candidate,
    DecisionMade,
    ReviewItem,
    ReviewQueue,
    Suggestion,
    Verdict,
    names_written,
)
from layers.numbers import grouped, in_city_time
from layers.review_map import SUGGESTION_KEYS
from layers.words import Language, say

DIGITS = "123456789"


def queue_list(queue: ReviewQueue, language: Language) -> list[Any]:
    """Return the texts that wait, the most frequent first, and the ways to other pages."""
    if not queue.items:
        title, text = (say(f"review.empty.{part}", language) for part in ("title", "text"))
        return [message(title, text)]
    rows = [_queue_row(item, at, language) for at, item in enumerate(queue.items)]
    return [html.Div(rows, className="review-rows"), _pages(queue, language)]


def progress(queue: ReviewQueue, language: Language) -> list[Any]:
    """Return how much is left, and what share of today's was decided; of everybody, never of one."""
    whole = queue.decided_today + queue.matters
    share = round(100 * queue.decided_today / whole) if whole else 100
    mark = definition(say("review.definition.progress", language), language)
    today = say("review.progress.today", language, matters=grouped(queue.decided_today), share=share)
    return [
        html.Div(
            [
                _figure("texts", queue.texts, language),
                _figure("matters", queue.matters, language),
            ],
            className="review-figures",
        ),
        html.Div(html.Span(style={"width": f"{share}%"}), className="review-bar"),
        html.Div([today, mark], className="review-muted review-today"),
    ]


def decision_list(made: Sequence[DecisionMade], language: Language) -> list[Any]:
    """Return the latest decisions, each to be undone; no names of who decided."""
    if not made:
        return [html.P(say("review.decisions.none", language), className="review-muted")]
    return [_decision(one, language) for one in made]


def in_the_way(one: DecisionMade, language: Language) -> Any:
    """Return a decision that keeps another from being made, with how to undo it."""
    undo = html.Button(
        say("review.undo", language), type="button", className="review-small", **act(Act.UNDO, one.id)
    )
    return html.Span([f" {_facts(one, language)} ", undo], className="review-in-the-way")


def item_panel(item: ReviewItem, language: Language) -> list[Any]:
    """Return the text at hand and why it waits."""
    if not item.has_text:
        reasons = [html.Li(_reason(reason, language)) for reason in item.reasons]
        return [
            html.H2(say("review.no_text", language), className="review-textless"),
            html.P(say("review.matters", language, count=grouped(item.count)), className="review-muted"),
            html.Ul(reasons, className="review-reasons"),
            html.P(say("review.no_text_hint", language)),
        ]
    return [
        html.H2(item.address, className="review-address", lang=Language.ZH.value),
        html.P(
            [
                html.Span(say("review.matters", language, count=grouped(item.count))),
                html.Span(say(f"place_status.{item.status}", language)),
                html.Span(say("review.disputed", language), className="review-disputed")
                if item.disputed
                else None,
            ],
            className="review-muted review-facts",
        ),
        html.Ul([html.Li(_reason(reason, language)) for reason in item.reasons], className="review-reasons"),
    ]


def choices(
    item: ReviewItem, found: tuple[Candidate, ...], view: View, chosen: Candidate | None, language: Language
) -> list[Any]:
    """Return what may be chosen by key: areas, suggested points, a point of one's own, or no place at all."""
    offered, title = found or item.candidates, "found" if found else "candidates"
    rows = [
        _area_row(
            key, one, item, chosen is not None and one.area.id == chosen.area.id and not view.point, language
        )
        for key, one in zip(DIGITS, offered, strict=False)
    ]
    none = html.P(say("review.none.candidates", language), className="review-muted")
    missed = html.P(say("review.none.found", language), className="review-muted review-missed", role="status")
    words = view.words.strip()
    parts = [
        missed if words and not found else None,
        html.H3(say(f"review.{title}", language)),
        html.Div(rows, className="review-areas") if rows else none,
        *_suggested(item.suggestions, view, language),
    ]
    # Keys are pressed while this is under way: the browser takes nothing of it for another text or search.
    about = _said(key=view.key, words=words, found="yes" if found else "no")
    return [html.Div(parts, className="review-offer", **about)]


def preview(item: ReviewItem, view: View, chosen: Candidate | None, language: Language) -> list[Any]:
    """Return what confirming would do, or that something is to be chosen first."""
    if not item.has_text:
        return []
    words = _would(item, view, chosen, language)
    confirm = html.Button(
        [say("review.confirm", language), html.Kbd("Enter")],
        className="review-confirm",
        disabled=words is None,
        **act(Act.CONFIRM),
    )
    return [
        html.P(words or say("review.choose_first", language), className="review-would", role="status"),
        confirm,
    ]


def _would(item: ReviewItem, view: View, chosen: Candidate | None, language: Language) -> str | None:
    count = grouped(item.count)
    if view.verdict is Verdict.OUTSIDE or view.verdict is Verdict.UNPLACEABLE:
        return say(f"review.would.{view.verdict}", language, count=count)
    if chosen is None:
        return None
    how = "point" if view.point else "area"
    level = say(f"level.{chosen.area.level}", language)
    return say(f"review.would.{how}", language, count=count, path=" › ".join(chosen.path), level=level)


def _queue_row(item: ReviewItem, at: int, language: Language) -> Any:
    why = _reason(item.reasons[0], language) if item.reasons else say(f"place_status.{item.status}", language)
    address = item.address if item.has_text else say("review.no_text", language)
    return html.Button(
        [
            html.Span(address, className="review-row-address", lang=_language_of(item, language).value),
            html.Span(grouped(item.count), className="review-row-count"),
            html.Span(why, className="review-row-why"),
        ],
        type="button",
        className="review-row" + (" review-row-disputed" if item.disputed else ""),
        title=address,
        **act(Act.OPEN, at),
    )


def _language_of(item: ReviewItem, language: Language) -> Language:
    """Return the language of an item's address: the matters' own where it has one."""
    return Language.ZH if item.has_text else language


def _pages(queue: ReviewQueue, language: Language) -> Any:
    if queue.pages == 1:
        return None
    buttons = [
        html.Button(
            say(f"review.page.{name}", language),
            type="button",
            disabled=not 1 <= page <= queue.pages,
            className="review-small",
            **act(Act.PAGE, page),
        )
        for name, page in (("before", queue.page - 1), ("after", queue.page + 1))
    ]
    where = html.Span(say("review.page.where", language, page=queue.page, pages=queue.pages))
    return html.Div([buttons[0], where, buttons[1]], className="review-pages")


def _figure(name: str, value: int, language: Language) -> Any:
    return html.Span(
        [html.B(grouped(value)), say(f"review.progress.{name}", language)], className="review-figure"
    )


def _decision(one: DecisionMade, language: Language) -> Any:
    undo: Any = html.Button(
        say("review.undo", language), type="button", className="review-small", **act(Act.UNDO, one.id)
    )
    return html.Div(
        [
            html.Div(
                [
                    html.Div(one.key, className="review-decided"),
                    html.Div(_facts(one, language), className="review-muted"),
                ]
            ),
            html.Span(say("review.decisions.undone", language), className="review-muted")
            if one.undone
            else undo,
        ],
        className="review-decision",
        **_said(own="yes" if one.own and not one.undone else "no"),
    )


def _facts(one: DecisionMade, language: Language) -> str:
    where = one.area_name or say(f"review.verdict.{one.verdict}", language)
    count, at = grouped(one.matters), in_city_time(one.decided_at)
    return say("review.decisions.facts", language, where=where, count=count, at=at)


def _area_row(key: str, one: Candidate, item: ReviewItem, is_chosen: bool, language: Language) -> Any:
    written = names_written(item.key, one.path)
    evidence = (
        say("review.written", language, names="、".join(written))
        if written
        else say("review.unwritten", language)
    )
    return html.Button(
        [
            html.Kbd(key),
            html.Span(
                [
                    html.Span(one.area.name, className="review-area-name"),
                    html.Span(say(f"level.{one.area.level}", language), className="review-level"),
                ]
            ),
            html.Span(" › ".join(one.path[:-1]), className="review-area-path"),
            html.Span(evidence, className="review-evidence"),
        ],
        type="button",
        className="review-area" + (" review-area-chosen" if is_chosen else ""),
        **_said(digit=key),
        **_pressed(is_chosen),
        **act(Act.AREA, one.area.id),
    )


def _suggested(suggestions: Iterable[Suggestion], view: View, language: Language) -> list[Any]:
    rows = [
        _suggestion(key, one, view.point == (one.lon, one.lat), language)
        for key, one in zip(SUGGESTION_KEYS, suggestions, strict=False)
    ]
    return (
        [html.H3(say("review.suggestions", language)), html.Div(rows, className="review-areas")]
        if rows
        else []
    )


def _suggestion(key: str, one: Suggestion, is_chosen: bool, language: Language) -> Any:
    ours = one.source in {"worker", "gazetteer"}
    source = say(f"review.source.{one.source}" if ours else f"providers.name.{one.source}", language)
    return html.Button(
        [
            html.Kbd(key),
            html.Span(one.label or source, className="review-area-name"),
            html.Span(source if one.label else say("review.point", language), className="review-area-path"),
        ],
        type="button",
        className="review-area" + (" review-area-chosen" if is_chosen else ""),
        **_said(letter=key.lower()),
        **_pressed(is_chosen),
        **act(Act.POINT, f"{one.lon} {one.lat}"),
    )


def _said(**data: str) -> Any:
    """Return what the browser's script reads of an element, to be spread with ``**``."""
    return {f"data-{name}": value for name, value in data.items()}


def _pressed(is_chosen: bool) -> Any:
    return {"aria-pressed": "true" if is_chosen else "false"}


def _reason(reason: str, language: Language) -> str:
    return say(f"findings.place_{reason}", language)
