"""The curve of saturation: the share reached by each number of new points, and what none could exceed."""

from __future__ import annotations

from grid.siting.answers import SitingAnswer
from layers.map_base import Drawing
from layers.theme import LIGHT, template
from layers.words import Language, say

_FONT_PX = 12.0


def saturation_figure(found: SitingAnswer, language: Language) -> Drawing:
    """Return the curve of the greedy choice as a line, its bound dashed, both labelled at their ends."""
    curve, whole = found.curve, max(found.curve.total, 1)
    x = list(range(len(curve.covered)))
    shares = [100 * one / whole for one in curve.covered]
    bounds = [min(100.0, 100 * one / whole) for one in curve.bounds]
    lines = [
        _line(x, bounds, LIGHT.muted, say("siting.curve.bound", language), dash="dash"),
        _line(x, shares, LIGHT.accent, say("siting.curve.reached", language)),
    ]
    low = max(0.0, min(shares) - 5)
    return {
        "data": lines,
        "layout": {
            "template": template(LIGHT, font_px=_FONT_PX).to_plotly_json(),
            "margin": {"l": 46, "r": 14, "t": 26, "b": 40},
            "showlegend": True,
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "xaxis": {
                "title": {"text": say("siting.curve.x", language), "font": {"size": _FONT_PX}},
                "fixedrange": True, "rangemode": "tozero", "dtick": 1 if len(x) <= 12 else 5,
                "showgrid": False,
            },
            "yaxis": {
                "fixedrange": True, "ticksuffix": "%", "range": [low, min(101.0, max(bounds) + 3)],
            },
        },
    }  # fmt: skip


def _line(x: list[int], y: list[float], colour: str, name: str, dash: str = "solid") -> Drawing:
    return {
        "type": "scatter", "mode": "lines+markers" if dash == "solid" else "lines", "x": x, "y": y,
        "name": name, "line": {"color": colour, "width": 2, "dash": dash}, "marker": {"size": 5},
        "hovertemplate": "%{x} · %{y:.1f}%<extra>" + name + "</extra>",
    }  # fmt: skip
