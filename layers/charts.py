"""Charts: the monthly trend as sorted-by-time bars, directly labelled."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from grid.questions import MonthCount
from layers.map_base import Drawing
from layers.numbers import grouped
from layers.theme import Theme, template
from layers.words import Language, say


def trend_figure(
    months: tuple[MonthCount, ...],
    theme: Theme,
    language: Language,
    *,
    font_px: float,
    height_px: float | None = None,
    highlight: tuple[date, date] | None = None,
    breaks: tuple[date, ...] = (),
) -> Drawing:
    """Return bars of matters a month; months in the period are bright, an unfinished month is hatched.

    ``breaks`` are days on which boundaries changed: a dashed line with a word stands where months before and
    after it do not count the same ground. ``font_px`` is the size of the labels and ``height_px`` that of the
    drawing (none: as high as its box), in CSS pixels.
    """
    colours = [theme.accent if touches(one.month, highlight) else theme.line for one in months]
    bars = {
        "type": "bar",
        "x": [f"{one.month:%Y-%m}" for one in months],
        "y": [one.count for one in months],
        "marker": {
            "color": colours,
            "line": {"color": colours, "width": font_px / 10},
            "pattern": {
                "shape": ["/" if one.partial else "" for one in months],
                "fgcolor": theme.ground, "size": font_px / 2,
            },
        },
        "hovertext": [_hover(one, language) for one in months],
        "hoverinfo": "text",
        "text": _labels(months),
        "textposition": "outside",
        "textangle": 0,
        "textfont": {"size": font_px, "color": theme.text},
        "constraintext": "none",
        "cliponaxis": False,
    }  # fmt: skip
    top = max((one.count for one in months), default=0)
    layout = _layout(months, top, theme, language, font_px) | {"height": height_px}
    return {"data": [bars], "layout": layout | _break_marks(months, breaks, theme, language, font_px)}


def _layout(
    months: tuple[MonthCount, ...], top: int, theme: Theme, language: Language, font_px: float
) -> Drawing:
    ticks = [
        one.month
        for at, one in enumerate(months)
        if one.month.month in (1, 4, 7, 10) or at == len(months) - 1
    ]
    if len(ticks) > 1 and (ticks[-1] - ticks[-2]).days < 62:
        ticks.pop(-2)
    return {
        "template": template(theme, font_px=font_px).to_plotly_json(),
        "margin": {"l": font_px * 0.8, "r": font_px * 0.8, "t": font_px * 1.5, "b": font_px * 1.6},
        "bargap": 0.22,
        "xaxis": {
            "type": "category", "showgrid": False, "fixedrange": True, "automargin": False,
            "tickvals": [f"{month:%Y-%m}" for month in ticks],
            "ticktext": [_tick(month, language, first=at == 0) for at, month in enumerate(ticks)],
            "tickangle": 0, "tickfont": {"size": font_px, "color": theme.muted},
        },
        "yaxis": {"visible": False, "fixedrange": True, "range": [0, max(top, 1) * 1.05]},
    }  # fmt: skip


def _break_marks(
    months: tuple[MonthCount, ...], breaks: tuple[date, ...], theme: Theme, language: Language, font_px: float
) -> Drawing:
    """Return a dashed line on each day of a break that is shown; the word stands at the last one only."""
    at = [x for x in (place_of(day, months) for day in breaks) if x is not None]
    line = {"color": theme.muted, "width": font_px / 10, "dash": "dash"}
    shapes = [{"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "line": line} for x in at]
    word = {
        "text": say("boundaries.break_word", language), "showarrow": False, "yref": "paper", "y": 1,
        "yanchor": "bottom", "font": {"size": font_px * 0.85, "color": theme.muted},
    }  # fmt: skip
    right = bool(at) and at[-1] > len(months) / 2
    words = [{**word, "x": x, "xanchor": "right" if right else "left"} for x in at[-1:]]
    return {"shapes": shapes, "annotations": words}


def place_of(day: date, months: tuple[MonthCount, ...]) -> float | None:
    """Return where a day is on the axis of months, the middle of the first being 0; none outside them."""
    for at, one in enumerate(months):
        if (one.month.year, one.month.month) == (day.year, day.month):
            return at - 0.5 + (day.day - 1) / monthrange(day.year, day.month)[1]
    return None


def _labels(months: tuple[MonthCount, ...]) -> list[str]:
    """Only the highest and the last full month are labelled: the rest is read from those."""
    if not months:
        return []
    full = [one for one in months if not one.partial] or list(months)
    named = {max(full, key=lambda one: one.count).month, full[-1].month, months[-1].month}
    return [grouped(one.count) if one.month in named else "" for one in months]


def _hover(one: MonthCount, language: Language) -> str:
    month = say("wall.month_of_year", language, year=one.month.year, month=one.month.month)
    return say(
        "wall.trend_hover", language, month=month, count=grouped(one.count), repeats=grouped(one.repeats)
    )


def _tick(month: date, language: Language, *, first: bool = False) -> str:
    key = "wall.month_of_year" if first or month.month == 1 else "wall.month"
    return say(key, language, year=month.year, month=month.month)


def touches(month: date, period: tuple[date, date] | None) -> bool:
    """Return whether a month is of a period, every month for none."""
    if period is None:
        return True
    return (period[0].year, period[0].month) <= (month.year, month.month) <= (period[1].year, period[1].month)
