"""The map of a boundary inspection: the level's outline, its faults by kind, repairs before and after.

Drawn on plain axes in degrees, so that hatching needs no tiles and a fault of a square metre can be filled.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from grid.inspection import BoundaryView, CoverageFault, Geometry, Repair
from layers.map_base import Drawing
from layers.theme import FONT_FAMILY, LIGHT
from layers.words import Language, say

BEFORE, AFTER = "before", "after"
"""Sides of a repair, as a trace's ``meta`` tells them."""
KINDS = ("gap", "overlap", "sliver", "outside", "unfilled")
_LEAST_SPAN = 0.0006
"""Degrees: nearer than some sixty metres there is nothing to compare a fault with."""
_ROOM = 0.9
"""Share of a place's own extent that is shown on each side of it."""
Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


@dataclass(frozen=True, slots=True)
class _Look:
    colour: str
    pattern: str
    symbol: str


_LOOKS = {
    "gap": _Look(LIGHT.maple, "/", "square"),
    "overlap": _Look(LIGHT.amber, "x", "diamond"),
    "sliver": _Look(LIGHT.muted, "-", "triangle-left"),
    "outside": _Look(LIGHT.accent, "\\", "triangle-up"),
    "unfilled": _Look(LIGHT.text, ".", "circle"),
}


def inspection_figure(view: BoundaryView, language: Language) -> Drawing:
    """Return the figure; faults and repairs bear the numbers that they have in the lists beside it."""
    bounds = _bounds(view)
    traces = [*_outline(view, language), *_repairs(view, language), *_faults(view, language)]
    _thin_numbers(traces, (bounds[2] - bounds[0]) / 28)
    axis = {"visible": False, "showgrid": False, "zeroline": False}
    west, south, east, north = bounds
    ratio = 1 / max(math.cos(math.radians((south + north) / 2)), 0.1)
    layout = {
        "xaxis": {**axis, "range": [west, east], "constrain": "range"},
        "yaxis": {**axis, "range": [south, north], "scaleanchor": "x", "scaleratio": ratio},
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "paper_bgcolor": LIGHT.empty,
        "plot_bgcolor": LIGHT.empty,
        "dragmode": "pan",
        "font": {"family": FONT_FAMILY, "size": 13, "color": LIGHT.text},
        "legend": {"orientation": "h", "x": 0, "y": 0, "yanchor": "bottom", "bgcolor": LIGHT.panel},
        "hoverlabel": {"bgcolor": LIGHT.panel, "bordercolor": LIGHT.line},
    }
    return {"data": traces, "layout": layout}


def fault_spots(view: BoundaryView) -> list[Box]:
    """Return where each fault is, with room around it."""
    return [_spot([fault.shape]) for fault in view.faults]


def repair_spots(view: BoundaryView) -> list[Box]:
    """Return where each repaired outline is, with room around it."""
    return [_spot([repair.before, repair.after]) for repair in view.repairs]


def whole_spot(view: BoundaryView) -> Box:
    """Return what the map shows at first."""
    return _bounds(view)


def area_words(area_m2: float, language: Language) -> str:
    """Return an area in square metres, or in square kilometres from one on."""
    if area_m2 >= 1_000_000:
        return say("boundary.area_km2", language, area=f"{area_m2 / 1_000_000:,.2f}")
    return say("boundary.area_m2", language, area=f"{area_m2:,.{0 if area_m2 >= 10 else 1}f}")


def _outline(view: BoundaryView, language: Language) -> Iterator[Drawing]:
    if view.outline is not None:
        line = {"color": LIGHT.muted, "width": 1}
        name = say("boundary.outline", language)
        yield _areas([view.outline], name, line) | {"fillcolor": LIGHT.panel, "hoverinfo": "skip"}


def _repairs(view: BoundaryView, language: Language) -> Iterator[Drawing]:
    """Two traces of which one is seen: outlines before and after their repair."""
    if not view.repairs:
        return
    before = {"color": LIGHT.maple, "width": 2, "dash": "dash"}
    after = {"color": LIGHT.jade, "width": 2}
    yield _areas([one.before for one in view.repairs], say("boundary.before", language), before) | {
        "fillcolor": "rgba(194,63,24,.15)", "meta": BEFORE, "visible": True, "hoverinfo": "skip",
    }  # fmt: skip
    yield _areas([one.after for one in view.repairs], say("boundary.after", language), after) | {
        "fillcolor": "rgba(31,122,87,.18)", "meta": AFTER, "visible": False, "hoverinfo": "skip",
    }  # fmt: skip
    yield _repair_marks(view.repairs, len(view.faults), language)


def _repair_marks(repairs: tuple[Repair, ...], offset: int, language: Language) -> Drawing:
    points = [shape(one.after or one.before).representative_point() for one in repairs]
    texts = [one.name or say("boundary.unnamed", language) for one in repairs]
    numbers = [str(offset + place) for place in range(1, len(repairs) + 1)]
    return _marks(points, numbers, texts) | {
        "marker": {"size": 9, "symbol": "star", "color": LIGHT.jade, "line": {"width": 1, "color": "#fff"}},
        "showlegend": False,
    }  # fmt: skip


def _faults(view: BoundaryView, language: Language) -> Iterator[Drawing]:
    numbered = list(enumerate(view.faults, 1))
    for kind in KINDS:
        found = [(number, fault) for number, fault in numbered if fault.kind == kind]
        if found:
            yield _fault_areas(kind, [fault for _, fault in found])
            yield _fault_marks(kind, found, language)


def _fault_areas(kind: str, faults: list[CoverageFault]) -> Drawing:
    look = _LOOKS[kind]
    pattern = {"shape": look.pattern, "fgcolor": look.colour, "bgcolor": "rgba(255,255,255,.6)", "size": 7}
    return _areas([fault.shape for fault in faults], kind, {"color": look.colour, "width": 2}) | {
        "fillpattern": pattern, "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip


def _fault_marks(kind: str, found: list[tuple[int, CoverageFault]], language: Language) -> Drawing:
    look = _LOOKS[kind]
    points = [shape(fault.shape).representative_point() for _, fault in found]
    texts = [f"{'、'.join(fault.names)}<br>{area_words(fault.area_m2, language)}" for _, fault in found]
    marker = {"size": 10, "symbol": look.symbol, "color": look.colour, "line": {"width": 1, "color": "#fff"}}
    name = say(f"boundary.fault.{kind}", language)
    return _marks(points, [str(number) for number, _ in found], texts) | {"marker": marker, "name": name}


def _marks(points: list[BaseGeometry], numbers: list[str], texts: list[str]) -> Drawing:
    return {
        "type": "scatter", "mode": "markers+text", "x": [point.x for point in points],
        "y": [point.y for point in points], "text": numbers, "textposition": "top center",
        "hovertext": texts, "hoverinfo": "text",
    }  # fmt: skip


def _thin_numbers(traces: Iterable[Drawing], apart_deg: float) -> None:
    """Leave out numbers that would lie upon each other on the whole map; the lists lead to all places."""
    taken: list[tuple[float, float]] = []
    for trace in traces:
        for place, (x, y) in enumerate(zip(trace["x"], trace["y"], strict=True)) if "text" in trace else ():
            if any(abs(x - other) < apart_deg and abs(y - up) < apart_deg for other, up in taken):
                trace["text"][place] = ""
            else:
                taken.append((x, y))


def _areas(shapes: Iterable[Geometry], name: str, line: Drawing) -> Drawing:
    """Return filled areas as one trace: rings parted by gaps, holes turning the other way round."""
    lons: list[float | None] = []
    lats: list[float | None] = []
    for ring in (ring for one in shapes for ring in _rings(shape(one))):
        lons += [*(lon for lon, _ in ring), None]
        lats += [*(lat for _, lat in ring), None]
    return {
        "type": "scatter", "mode": "lines", "x": lons[:-1], "y": lats[:-1], "fill": "toself", "name": name,
        "line": line, "showlegend": True,
    }  # fmt: skip


def _rings(area: BaseGeometry) -> Iterator[list[tuple[float, float]]]:
    for part in getattr(area, "geoms", [area]):
        if part.geom_type == "Polygon" and not part.is_empty:
            turned = orient(part)
            yield from (list(ring.coords) for ring in (turned.exterior, *turned.interiors))
        elif part.geom_type == "LineString":
            yield list(part.coords)


def _bounds(view: BoundaryView) -> Box:
    shapes = [view.outline] if view.outline is not None else []
    shapes += [fault.shape for fault in view.faults] + [repair.after for repair in view.repairs]
    return _spot(shapes, room=0.03) if shapes else (0.0, 0.0, 1.0, 1.0)


def _spot(shapes: Iterable[Geometry], room: float = _ROOM) -> Box:
    west, south, east, north = shapely.total_bounds([shape(one) for one in shapes])
    across, up = max(east - west, _LEAST_SPAN), max(north - south, _LEAST_SPAN)
    middle = ((west + east) / 2, (south + north) / 2)
    half = (across * (0.5 + room), up * (0.5 + room))
    return (
        float(middle[0] - half[0]), float(middle[1] - half[1]),
        float(middle[0] + half[0]), float(middle[1] + half[1]),
    )  # fmt: skip
