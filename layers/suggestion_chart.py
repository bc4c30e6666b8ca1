"""Charts of a suggestion: best and floor against time, and the heaviest load against the number of moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from layers.map_base import Drawing
from layers.theme import FONT_FAMILY, LIGHT
from layers.words import Language, say

_FONT_PX = 12
NOTHING_YET: Drawing = {
    "data": [],
    "layout": {
        "xaxis": {"visible": False}, "yaxis": {"visible": False},
        "paper_bgcolor": LIGHT.panel, "plot_bgcolor": LIGHT.panel,
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spot:
    """One point of a chart: ``at`` in seconds or in moves; ``best`` none while no plan is known, ``floor``
    none where nothing is proven."""

    at: float
    best: int | None
    floor: int | None


def progress_figure(spots: Sequence[Spot], target: int | None, unit: str, language: Language) -> Drawing:
    """Return best and floor as steps against the seconds that a search has run, each named at its end."""
    if not spots:
        return NOTHING_YET
    traces = [*_lines(spots, "hv", language)]
    layout = _layout(spots, unit, language)
    layout["xaxis"] |= {"ticksuffix": say("suggest.chart.seconds", language), "showticksuffix": "last"}
    if target is not None:
        layout["shapes"] = [_level(target)]
        layout["yaxis"]["range"] = _span([*spots, Spot(0, target, None)])
    return {"data": traces, "layout": layout}


def curve_figure(spots: Sequence[Spot], unit: str, language: Language) -> Drawing:
    """Return the heaviest load that so many moves reach, and what is proven that they cannot beat."""
    if not spots:
        return NOTHING_YET
    layout = _layout(spots, unit, language)
    layout["xaxis"] |= {"dtick": max(1, round(spots[-1].at / 6))}
    layout["xaxis"] |= {"ticksuffix": say("suggest.chart.moves", language), "showticksuffix": "last"}
    return {"data": [*_lines(spots, "hv", language, markers=True)], "layout": layout}


def _lines(spots: Sequence[Spot], shape: str, language: Language, *, markers: bool = False) -> list[Drawing]:
    """The gap between the two is what is not known: it is filled, and closes when the best is proven."""
    floors = [spot for spot in spots if spot.floor is not None]
    known = [spot for spot in spots if spot.best is not None]
    mode = "lines+markers" if markers else "lines"
    drawn = []
    if floors:
        spots_of = [(spot.at, spot.floor) for spot in floors]
        name, look = say("suggest.chart.floor", language), {"color": LIGHT.muted, "dash": "dot"}
        drawn.append(_line(spots_of, "" if _meet(spots) else name, look | {"shape": shape}, mode))
    if known:
        spots_of = [(spot.at, spot.best) for spot in known]
        # The two meet once the best is proven: then one name stands for both.
        name = say(f"suggest.chart.{'met' if _meet(spots) else 'best'}", language)
        look = {"color": LIGHT.accent, "dash": "solid"}
        best = _line(spots_of, name, look | {"shape": shape}, mode)
        drawn.append(best | ({"fill": "tonexty", "fillcolor": "rgba(31,95,168,.10)"} if drawn else {}))
    return drawn


def _line(
    spots: Sequence[tuple[float, int | None]], name: str, look: Mapping[str, str], mode: str
) -> Drawing:
    names = [""] * (len(spots) - 1) + [f" {name} {spots[-1][1]}" if name else ""]
    return {
        "type": "scatter", "mode": f"{mode}+text", "x": [at for at, _ in spots], "y": [y for _, y in spots],
        "line": {**look, "width": 2}, "marker": {"size": 5, "color": look["color"]},
        "text": names, "textposition": "middle right",
        "textfont": {"color": look["color"], "size": _FONT_PX},
        "cliponaxis": False, "hovertemplate": f"%{{x}} · {name} %{{y}}<extra></extra>", "name": name,
    }  # fmt: skip


def _layout(spots: Sequence[Spot], unit: str, language: Language) -> Drawing:
    quiet = {"color": LIGHT.muted, "size": _FONT_PX - 1}
    line = {"fixedrange": True, "linecolor": LIGHT.line, "gridcolor": LIGHT.line, "zeroline": False}
    return {
        "paper_bgcolor": LIGHT.panel, "plot_bgcolor": LIGHT.panel, "showlegend": False,
        "font": {"family": FONT_FAMILY, "size": _FONT_PX, "color": LIGHT.text},
        "margin": {"l": 34, "r": 74, "t": 20, "b": 20}, "hovermode": "closest",
        "xaxis": line | {
            "showgrid": False, "tickfont": quiet, "ticks": "outside", "tickcolor": LIGHT.line,
            "range": [0, max(spots[-1].at, 1)], "nticks": 6,
        },
        "yaxis": line | {"tickfont": quiet, "nticks": 4, "range": _span(spots), "tickformat": "d"},
        "annotations": [{
            "text": say("suggest.chart.load", language, unit=unit), "showarrow": False,
            "xref": "paper", "yref": "paper", "x": 0,
            "y": 1, "xanchor": "left", "yanchor": "bottom", "xshift": -30, "yshift": 3, "font": quiet,
        }],
    }  # fmt: skip


def _meet(spots: Sequence[Spot]) -> bool:
    return spots[-1].best is not None and spots[-1].best == spots[-1].floor


def _level(target: int) -> Drawing:
    return {
        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": target, "y1": target,
        "line": {"color": LIGHT.text, "width": 1, "dash": "dash"},
    }  # fmt: skip


def _span(spots: Sequence[Spot]) -> list[float]:
    """From a little below the lowest to a little above the highest: a gap of one is to be seen."""
    values = [value for spot in spots for value in (spot.best, spot.floor) if value is not None]
    least, most = (min(values), max(values)) if values else (0, 1)
    room = max((most - least) * 0.12, 1.0)
    return [max(least - room, -0.5), most + room]
