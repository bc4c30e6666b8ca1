"""Charts beside the hotspot map: trend, calendar and split, small enough to be sent with every change."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from layers.map_base import Drawing
from layers.numbers import grouped
from layers.theme import FONT_FAMILY, LIGHT
from layers.words import Language, say

_DAYS_SHOWN, _WEEKS_SHOWN = 92, 800
"""Longer periods are told by week, still longer ones by month."""
_FONT_PX = 12
_PALE = 0.4
_DAY_MS = 86_400_000
_CALENDAR_WEEKS = 110
_MOST_SPLIT = 12
Counts = npt.NDArray[np.int64]


class ChartStep(StrEnum):
    """How long one bar of the trend lasts."""

    AUTO = "auto"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


def shown_step(step: ChartStep, days: int) -> ChartStep:
    """Return the step of a trend over a number of days: the one chosen, or one with bars to be told apart."""
    if step is not ChartStep.AUTO:
        return step
    if days <= _DAYS_SHOWN:
        return ChartStep.DAY
    return ChartStep.WEEK if days <= _WEEKS_SHOWN else ChartStep.MONTH


def trend_figure(
    since: date,
    counts: Counts,
    *,
    step: ChartStep,
    breaks: tuple[date, ...],
    unit: str,
    language: Language,
) -> Drawing:
    """Return bars of the counts of days from ``since`` on; first and last may be cut short and are pale.

    ``meta`` of the bars says how long one lasts: who clicks one wants to see its days alone.
    ``breaks`` are days on which boundaries changed: what lies on both sides does not count the same ground.
    """
    step = shown_step(step, len(counts))
    starts, sums, whole = _by_step(since, counts, step)
    bars = {
        "type": "bar",
        **_places(starts, step),
        "y": sums,
        "meta": step.value,
        "marker": {"color": LIGHT.accent, "opacity": [1 if one else _PALE for one in whole]},
        "hovertemplate": f"%{{x|%Y-%m-%d}} · %{{y:,}} {unit}<extra></extra>",
    }
    last = since + timedelta(days=len(counts))
    layout = _layout(l=42, t=18) | _break_marks([day for day in breaks if since < day < last], language)
    layout["xaxis"] = _axis() | {"type": "date", "tickformat": "%Y-%m", "showgrid": False, "nticks": 6}
    if step is ChartStep.DAY:
        layout["xaxis"]["tickformat"] = "%m-%d"
    layout["yaxis"] = _axis() | {"rangemode": "tozero", "nticks": 4}
    layout["yaxis"] |= {"ticksuffix": f" {unit}", "showticksuffix": "last"}
    layout["bargap"] = 0.12
    return {"data": [bars], "layout": layout}


def calendar_figure(since: date, counts: Counts, unit: str, language: Language) -> Drawing:
    """Return a heat map of days, weeks from left to right, Monday on top; the latest of long periods."""
    start = since - timedelta(days=since.weekday())
    padded = np.concatenate([np.full((since - start).days, -1, dtype=np.int64), counts])
    padded = np.concatenate([padded, np.full(-len(padded) % 7, -1, dtype=np.int64)])
    weeks = padded.reshape(-1, 7)
    left_out = max(len(weeks) - _CALENDAR_WEEKS, 0)
    weeks, start = weeks[left_out:], start + timedelta(weeks=left_out)
    top = int(max(weeks.max(initial=0), 1))
    weekdays = say("hotspots.weekdays", language).split(" ")
    heat = {
        "type": "heatmap", "x0": start.isoformat(), "dx": 7 * _DAY_MS, "xtype": "scaled",
        "y": weekdays, "xgap": 1, "ygap": 1,
        "z": [[None if one < 0 else int(one) for one in row] for row in weeks.T],
        "zmin": 0, "zmax": top, "colorscale": [[0, LIGHT.empty], [1, LIGHT.sequence[4]]],
        "colorbar": {"thickness": 8, "outlinewidth": 0, "nticks": 3, "tickfont": {"color": LIGHT.muted},
                     "title": {"text": unit, "font": {"size": 11, "color": LIGHT.muted}}},
        "hovertemplate": f"%{{x|%Y-%m-%d}} +%{{y}} · %{{z:,}} {unit}<extra></extra>",
    }  # fmt: skip
    layout = _layout(l=26, t=6)
    layout["xaxis"] = _axis() | {"type": "date", "tickformat": "%Y-%m", "showgrid": False, "nticks": 6}
    layout["yaxis"] = _axis() | {"autorange": "reversed", "showgrid": False, "tickvals": weekdays[::2]}
    return {"data": [heat], "layout": layout}


def split_figure(rows: tuple[tuple[str, int], ...], dimension: str, unit: str, language: Language) -> Drawing:
    """Return sorted bars of the values of a dimension, each with its number and share at its end."""
    shown = rows[:_MOST_SPLIT]
    total = sum(count for _, count in rows) or 1
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [count for _, count in shown],
        "y": [say(f"{dimension}.{name}", language) for name, _ in shown],
        "customdata": [name for name, _ in shown],
        "text": [f"{grouped(count)} · {100 * count / total:.0f}%" for _, count in shown],
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": {"color": LIGHT.text},
        "marker": {"color": LIGHT.sequence[3]},
        # Not "skip", which would make them deaf to clicks.
        "hoverinfo": "none",
    }
    layout = _layout(l=4, t=4, b=4) | {"height": 22 * max(len(shown), 1) + 16, "bargap": 0.3}
    layout["margin"]["r"] = 96
    layout["xaxis"] = {"visible": False, "fixedrange": True}
    layout["yaxis"] = _axis() | {"autorange": "reversed", "showgrid": False, "automargin": True}
    layout["yaxis"]["tickfont"] = {"color": LIGHT.text}
    return {"data": [bars], "layout": layout}


def _places(starts: list[date], step: ChartStep) -> Drawing:
    """Return where bars stand: even steps by their first and their length, which is shorter to send."""
    if step is ChartStep.MONTH:
        return {"x": [day.isoformat() for day in starts]}
    return {"x0": starts[0].isoformat(), "dx": _length(starts[0], step) * _DAY_MS}


def _by_step(since: date, counts: Counts, step: ChartStep) -> tuple[list[date], list[int], list[bool]]:
    """Return first days, sums, and whether all days of each bar are in the period."""
    days = [since + timedelta(days=at) for at in range(len(counts))]
    firsts: dict[date, list[int]] = {}
    for at, day in enumerate(days):
        firsts.setdefault(_first(day, step), []).append(at)
    sums = [int(counts[at[0] : at[-1] + 1].sum()) for at in firsts.values()]
    return list(firsts), sums, [len(at) == _length(first, step) for first, at in firsts.items()]


def _first(day: date, step: ChartStep) -> date:
    if step is ChartStep.MONTH:
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if step is ChartStep.WEEK else day


def _length(first: date, step: ChartStep) -> int:
    if step is ChartStep.MONTH:
        return (date(first.year + first.month // 12, first.month % 12 + 1, 1) - first).days
    return 7 if step is ChartStep.WEEK else 1


def _break_marks(days: list[date], language: Language) -> Drawing:
    line = {"color": LIGHT.text, "width": 1, "dash": "dash"}
    word = {"text": say("boundaries.break_word", language), "showarrow": False, "yref": "paper", "y": 1,
            "yanchor": "bottom", "font": {"size": 11, "color": LIGHT.muted}}  # fmt: skip
    return {
        "shapes": [
            {"type": "line", "x0": day.isoformat(), "x1": day.isoformat(), "yref": "paper", "y0": 0, "y1": 1,
             "line": line} for day in days
        ],
        "annotations": [word | {"x": day.isoformat()} for day in days[-1:]],
    }  # fmt: skip


def _layout(*, l: int, t: int, b: int = 22) -> dict[str, Any]:  # noqa: E741  Plotly's own names
    return {
        "margin": {"l": l, "r": 8, "t": t, "b": b},
        "font": {"family": FONT_FAMILY, "size": _FONT_PX, "color": LIGHT.text},
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "showlegend": False,
        "hoverlabel": {"bgcolor": LIGHT.panel, "bordercolor": LIGHT.line, "font": {"color": LIGHT.text}},
    }  # fmt: skip


def _axis() -> dict[str, Any]:
    return {
        "fixedrange": True, "zeroline": False, "gridcolor": LIGHT.line, "linecolor": LIGHT.line,
        "tickfont": {"color": LIGHT.muted}, "ticks": "",
    }  # fmt: skip
