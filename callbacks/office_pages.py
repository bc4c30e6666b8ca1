"""Pages of an office's list: how many rows there are, which are shown, the ways to the other pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from dash import dcc, html

from callbacks.frame import labelled
from layers.numbers import grouped
from layers.words import Language, say


@dataclass(frozen=True, slots=True)
class ShownPage:
    """Page ``number`` of ``pages``: ``rows`` rows of it are shown, at most ``page_rows``, as of ``on``."""

    number: int
    pages: int
    rows: int
    page_rows: int
    on: date


def office_pages(
    shown: ShownPage, count: str, address: Callable[[int], str], language: Language, more: Any = None
) -> Any:
    """Return the line below a list; ``count`` says how many rows there are, ``address`` where a page is."""
    first = (shown.number - 1) * shown.page_rows + 1
    span = say("register.shown", language, first=grouped(first), last=grouped(first + shown.rows - 1))
    as_of = say("register.as_of", language, day=shown.on.isoformat())
    where = say("register.page", language, page=grouped(shown.number), pages=grouped(shown.pages))

    def turn(name: str, number: int) -> Any:
        words = say(f"register.{name}", language)
        if not 1 <= number <= shown.pages:
            return html.Span(words, className="office-button office-off")
        return dcc.Link(words, href=address(number), className="office-button")

    return html.Nav(
        [
            html.Span(f"{count} · {span} · {as_of}"),
            turn("previous", shown.number - 1),
            html.Span(where),
            turn("next", shown.number + 1),
            more,
        ],
        className="office-pages",
        **labelled(say("register.pages", language)),
    )
