"""A trend as a small picture without texts, which a page shows before any chart library is loaded."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from grid.questions import MonthCount
from layers.charts import place_of, touches
from layers.theme import Theme

_STEP, _BAR, _HEIGHT = 12.0, 9.0, 80.0


def trend_picture(
    months: tuple[MonthCount, ...],
    theme: Theme,
    *,
    highlight: tuple[date, date] | None = None,
    breaks: tuple[date, ...] = (),
) -> str:
    """Return bars of matters a month as an SVG in a ``data:`` address, ``_STEP`` wide a month.

    Months of the period are bright, an unfinished month is hollow; a dashed line stands on each day of
    ``breaks``, on which boundaries changed.
    """
    top = max((one.count for one in months), default=0) or 1
    bars = [_bar(at, one, top, theme, highlight) for at, one in enumerate(months)]
    places = (place_of(day, months) for day in breaks)
    lines = [
        f'<path d="M{(at + 0.5) * _STEP:.1f} 0V{_HEIGHT:g}" stroke="{theme.muted}" stroke-dasharray="3 3"/>'
        for at in places
        if at is not None
    ]
    width = max(len(months), 1) * _STEP
    box = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {_HEIGHT:g}"'
    svg = f'<svg {box} preserveAspectRatio="none">{"".join(bars)}{"".join(lines)}</svg>'
    return f"data:image/svg+xml,{quote(svg)}"


def _bar(at: int, one: MonthCount, top: int, theme: Theme, highlight: tuple[date, date] | None) -> str:
    height = (_HEIGHT - 2) * one.count / top
    colour = theme.accent if touches(one.month, highlight) else theme.sequence[1]
    paint = (
        f'fill="{theme.panel}" stroke="{colour}" stroke-width="1.5"' if one.partial else f'fill="{colour}"'
    )
    x, y = at * _STEP + (_STEP - _BAR) / 2, _HEIGHT - height
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{_BAR:g}" height="{height:.1f}" {paint}/>'
