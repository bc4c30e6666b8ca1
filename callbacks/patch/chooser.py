"""Choosing a grid among one's own, each with its open matters, the busiest first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dash import html

from callbacks.patch.ids import address
from grid.areas import Area
from layers.words import Language, say


def page(grids: Iterable[tuple[Area, int]], language: Language) -> Any:
    """Return the worker's grids to choose from."""
    rows = [_row(area, count, language) for area, count in grids]
    return html.Section(
        [html.H2(say("patch.choose", language)), html.Div(rows, className="patch-choices")],
        className="patch-page",
    )


def _row(area: Area, count: int, language: Language) -> Any:
    return html.A(
        [html.Span(area.name), html.Span(say("patch.open_count", language, count=count))],
        href=address(area.id),
        className="patch-choice",
    )
