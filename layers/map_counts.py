"""Counts by town or village: five classes of one hue; small counts hidden below township level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from grid.areas import Area, Level
from grid.classes import Classes, quantile_classes
from grid.measures import MINIMUM_N, SMALL_CELL
from grid.questions import AreaCount, AreaCounts
from layers.legends import Legend, LegendEntry, Swatch
from layers.map_base import Drawing, MapPart, Slot
from layers.map_camera import Camera
from layers.map_hatch import hatch_part
from layers.map_labels import AreaLabel
from layers.numbers import decimal, grouped
from layers.theme import Theme
from layers.words import Language, say

SHARED_LEVELS = frozenset({Level.CITY, Level.COUNTY, Level.TOWN})
"""Levels at which any count may be shown on a shared view."""
_LABELLED = {Level.TOWN: 60, Level.VILLAGE: 24}


class Basis(StrEnum):
    """What is coloured."""

    COUNT = "count"
    RATE = "rate"


@dataclass(frozen=True, slots=True)
class ShownCount:
    """A count as it may be shown: no value where it is hidden or cannot be said."""

    area: Area
    value: float | None
    n: int | None
    hidden: bool = False


def shown_count(row: AreaCount, basis: Basis) -> ShownCount:
    """Return what a shared view may say of an area.

    Counts of 1 to 4 below township level are hidden; a rate needs a population and, because a rate of few
    matters is noise, at least ``MINIMUM_N`` of them.
    """
    if row.area.level not in SHARED_LEVELS and 0 < row.count < SMALL_CELL:
        return ShownCount(row.area, None, None, hidden=True)
    if basis is Basis.COUNT:
        return ShownCount(row.area, float(row.count), row.count)
    enough = row.rate is not None and row.count >= MINIMUM_N
    return ShownCount(row.area, row.rate if enough else None, row.count)


def shown_counts(counts: AreaCounts, basis: Basis) -> list[ShownCount]:
    """Return what a shared view may say of the areas of a level.

    Where one area alone would be hidden under its parent, the parent's total less the rest would tell it: the
    smallest of its siblings is hidden with it.
    """
    alone = _companions_of_hidden(counts) if counts.level not in SHARED_LEVELS else frozenset()
    return [
        ShownCount(row.area, None, None, hidden=True) if row.area.id in alone else shown_count(row, basis)
        for row in counts.rows
    ]


def _companions_of_hidden(counts: AreaCounts) -> frozenset[int]:
    siblings: dict[int | None, list[AreaCount]] = defaultdict(list)
    for row in counts.rows:
        siblings[row.area.parent_id].append(row)
    found = set()
    for rows in siblings.values():
        told = [row for row in rows if not 0 < row.count < SMALL_CELL]
        if len(rows) - len(told) == 1 and told:
            # A zero tells least when it is hidden; it is taken only where nothing else is shown.
            found.add(min(told, key=lambda row: (row.count == 0, row.count)).area.id)
    return frozenset(found)


def counts_part(
    counts: AreaCounts,
    basis: Basis,
    url: str,
    shapes: Mapping[int, BaseGeometry],
    *,
    camera: Camera,
    theme: Theme,
    faint: bool = False,
) -> MapPart:
    """Return the fill of all areas and a hatch where nothing can be said.

    The browser gets classes, never the hidden counts themselves. ``faint`` where another layer leads.
    """
    shown = shown_counts(counts, basis)
    classes = classes_of(shown)
    silent = [one.area.id for one in shown if one.value is None and not one.hidden]
    hatch = hatch_part(
        [shapes[area_id] for area_id in silent if area_id in shapes],
        Slot.COUNTS_HATCH, camera, theme.muted, spacing_px=9, opacity=0.3,
    )  # fmt: skip
    return MapPart((_fill(shown, classes, url, theme, 0.45 if faint else 0.92),), hatch.layers)


def classes_of(shown: list[ShownCount]) -> Classes:
    """Return the classes of the values that are shown."""
    return quantile_classes(one.value for one in shown if one.value is not None)


def counts_labels(counts: AreaCounts, basis: Basis) -> tuple[AreaLabel, ...]:
    """Return small labels of the areas with most, name and value."""
    shown = shown_counts(counts, basis)
    said = sorted((one for one in shown if one.value), key=lambda one: -(one.value or 0))
    return tuple(
        AreaLabel(
            one.area.id,
            one.area.label_lon,
            one.area.label_lat,
            one.area.name,
            _text(one.value or 0, basis),
            urgency=one.value or 0,
        )
        for one in said[: _LABELLED.get(counts.level, 0)]
    )


def counts_legend(counts: AreaCounts, basis: Basis, theme: Theme, language: Language) -> Legend:
    """Return the legend: zero, hidden, classes and how they were cut, no data."""
    shown = shown_counts(counts, basis)
    classes = classes_of(shown)
    entries = [LegendEntry(Swatch.FILL, theme.empty, "0")]
    if any(one.hidden for one in shown):
        few = say("wall.legend.hidden", language, k=SMALL_CELL)
        entries.append(LegendEntry(Swatch.FILL, _hidden_colour(theme), few))
    for at, (lower, below) in enumerate(classes.ranges()):
        entries.append(
            LegendEntry(Swatch.FILL, class_colour(at, classes, theme), _range(lower, below, classes, basis))
        )
    if any(one.value is None and not one.hidden for one in shown):
        code = "few" if basis is Basis.RATE else "no_data"
        entries.append(
            LegendEntry(Swatch.HATCH, theme.muted, say(f"wall.legend.{code}", language, n=MINIMUM_N))
        )
    title = say(f"wall.legend.counts_{basis}", language, level=say(f"level.{counts.level}", language))
    note = say("wall.legend.quantiles", language, classes=len(classes.lower))
    return Legend(title, tuple(entries), note=note)


def class_colour(at: int, classes: Classes, theme: Theme) -> str:
    """Return the colour of a class; few classes spread over the whole sequence."""
    last = len(classes.lower) - 1
    return theme.sequence[round(at * 4 / last) if last else 2]


def _fill(shown: list[ShownCount], classes: Classes, url: str, theme: Theme, opacity: float) -> Drawing:
    steps = [
        theme.empty,
        _hidden_colour(theme),
        *(class_colour(at, classes, theme) for at in range(len(classes.lower))),
    ]
    drawn = [(one, _step(one, classes)) for one in shown if one.value is not None or one.hidden]
    top = max(len(steps) - 1, 1)
    return {
        "type": "choroplethmap", "uid": Slot.COUNTS, "below": Slot.COUNTS, "geojson": url,
        "featureidkey": "id",
        "locations": [str(one.area.id) for one, _ in drawn],
        "z": [step for _, step in drawn], "zmin": 0, "zmax": top,
        "colorscale": [[at / top, colour] for at, colour in enumerate(steps)],
        "showscale": False, "hoverinfo": "skip",
        "marker": {"opacity": opacity, "line": {"width": 0}},
    }  # fmt: skip


def _step(one: ShownCount, classes: Classes) -> int:
    if one.hidden:
        return 1
    at = classes.index(one.value or 0)
    return 0 if at is None else at + 2


def _hidden_colour(theme: Theme) -> str:
    return theme.line


def _range(lower: float, below: float | None, classes: Classes, basis: Basis) -> str:
    if below is None:
        return f"{_text(lower, basis)} – {_text(classes.highest, basis)}"
    if basis is Basis.RATE:
        return f"{_text(lower, basis)} – {_text(below, basis)}"
    return _text(lower, basis) if below - lower <= 1 else f"{_text(lower, basis)} – {_text(below - 1, basis)}"


def _text(value: float, basis: Basis) -> str:
    return grouped(value) if basis is Basis.COUNT else decimal(value)
