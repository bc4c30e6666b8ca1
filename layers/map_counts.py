"""Published counts by area: five classes of one hue, one hatch for what is hidden, another for no rate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from grid.areas import Area, Level
from grid.classes import Classes, quantile_classes
from grid.measures import MINIMUM_N, SMALL_CELL
from grid.published import PublishedCount, PublishedCounts
from layers.legends import Legend, LegendEntry, Swatch
from layers.map_base import Drawing, MapPart, Slot
from layers.map_camera import Camera
from layers.map_hatch import hatch_part
from layers.map_labels import AreaLabel
from layers.numbers import decimal, grouped
from layers.theme import Theme
from layers.words import Language, say

_LABELLED = {Level.TOWN: 60, Level.VILLAGE: 24}
_WORST, _URGENT = 3, 1000.0
_HIDDEN_PX, _UNSAID_PX = 9.0, 11.0
"""How far apart the strokes are: a small village must still get one."""


class Basis(StrEnum):
    """What is coloured."""

    COUNT = "count"
    RATE = "rate"


@dataclass(frozen=True, slots=True)
class ShownCount:
    """What is said of an area: no value where its count is hidden or a rate cannot be said."""

    area: Area
    value: float | None
    n: int | None

    @property
    def hidden(self) -> bool:
        """Whether its count is not published."""
        return self.n is None


def shown_count(row: PublishedCount, basis: Basis) -> ShownCount:
    """Return what is said of an area.

    A rate needs a population and, because a rate of few matters is noise, at least ``MINIMUM_N`` of them.
    Of a hidden count nothing is said, whatever else its row may hold.
    """
    if row.count is None:
        return ShownCount(row.area, None, None)
    if basis is Basis.COUNT:
        return ShownCount(row.area, float(row.count), row.count)
    return ShownCount(row.area, row.rate if row.count >= MINIMUM_N else None, row.count)


def shown_counts(counts: PublishedCounts, basis: Basis) -> list[ShownCount]:
    """Return what is said of the areas of a level."""
    return [shown_count(row, basis) for row in counts.rows]


def hidden_words(language: Language) -> str:
    """Return what stands for a hidden count; it never tells why this one is hidden."""
    return say("wall.hidden", language, k=SMALL_CELL)


def counts_part(
    counts: PublishedCounts,
    basis: Basis,
    url: str,
    shapes: Mapping[int, BaseGeometry],
    *,
    camera: Camera,
    theme: Theme,
    faint: bool = False,
) -> MapPart:
    """Return the fill of values, a hatch over hidden counts and another where no rate can be said.

    ``faint`` where another layer leads.
    """
    shown = shown_counts(counts, basis)
    hidden = (one.area.id for one in shown if one.hidden)
    unsaid = (one.area.id for one in shown if one.value is None and not one.hidden)
    layers = (
        *_hatched(hidden, shapes, Slot.COUNTS_HIDDEN, camera, theme),
        *_hatched(unsaid, shapes, Slot.COUNTS_HATCH, camera, theme),
    )
    return MapPart((_fill(shown, classes_of(shown), url, theme, 0.45 if faint else 0.92),), layers)


def _hatched(
    area_ids: Iterable[int], shapes: Mapping[int, BaseGeometry], slot: Slot, camera: Camera, theme: Theme
) -> tuple[Drawing, ...]:
    """Return strokes over areas, in the direction that tells what they mean."""
    known = [shapes[area_id] for area_id in area_ids if area_id in shapes]
    hidden = slot is Slot.COUNTS_HIDDEN
    return hatch_part(
        known, slot, camera, theme.muted,
        spacing_px=_HIDDEN_PX if hidden else _UNSAID_PX, falling=hidden, opacity=0.45 if hidden else 0.3,
    ).layers  # fmt: skip


def classes_of(shown: list[ShownCount]) -> Classes:
    """Return the classes of the values that are shown."""
    return quantile_classes(one.value for one in shown if one.value is not None)


def counts_labels(counts: PublishedCounts, basis: Basis) -> tuple[AreaLabel, ...]:
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


def worst_labels(counts: PublishedCounts, basis: Basis) -> tuple[AreaLabel, ...]:
    """Return the labels of the few areas with most, which are placed before any other's."""
    return tuple(
        replace(one, urgency=_URGENT - place)
        for place, one in enumerate(counts_labels(counts, basis)[:_WORST])
    )


def counts_legend(counts: PublishedCounts, basis: Basis, theme: Theme, language: Language) -> Legend:
    """Return the legend: zero, classes and how they were cut, hidden, not computed; only what occurs."""
    shown = shown_counts(counts, basis)
    classes = classes_of(shown)
    entries = [LegendEntry(Swatch.FILL, theme.empty, "0")] if any(one.value == 0 for one in shown) else []
    for at, (lower, below) in enumerate(classes.ranges()):
        entries.append(
            LegendEntry(Swatch.FILL, class_colour(at, classes, theme), _range(lower, below, classes, basis))
        )
    if any(one.hidden for one in shown):
        entries.append(LegendEntry(Swatch.FALLING, theme.muted, hidden_words(language)))
    if any(one.value is None and not one.hidden for one in shown):
        few = say("wall.legend.few", language, n=MINIMUM_N)
        entries.append(LegendEntry(Swatch.HATCH, theme.muted, few))
    title = say(f"wall.legend.counts_{basis}", language, level=say(f"level.{counts.level}", language))
    how = "quantiles_zero" if any(one.value == 0 for one in shown) else "quantiles"
    note = say(f"wall.legend.{how}", language, classes=len(classes.lower)) if classes.lower else ""
    return Legend(title, tuple(entries), note=note)


def class_colour(at: int, classes: Classes, theme: Theme) -> str:
    """Return the colour of a class; few classes spread over the whole sequence."""
    last = len(classes.lower) - 1
    return theme.sequence[round(at * 4 / last) if last else 2]


def _fill(shown: list[ShownCount], classes: Classes, url: str, theme: Theme, opacity: float) -> Drawing:
    steps = [theme.empty, *(class_colour(at, classes, theme) for at in range(len(classes.lower)))]
    if len(steps) == 1:
        steps *= 2  # a colour scale needs two ends
    drawn = [(one, _step(one.value, classes)) for one in shown if one.value is not None]
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


def _step(value: float, classes: Classes) -> int:
    at = classes.index(value)
    return 0 if at is None else at + 1


def _range(lower: float, below: float | None, classes: Classes, basis: Basis) -> str:
    if below is None:
        return f"{_text(lower, basis)} – {_text(classes.highest, basis)}"
    if basis is Basis.RATE:
        return f"{_text(lower, basis)} – {_text(below, basis)}"
    return _text(lower, basis) if below - lower <= 1 else f"{_text(lower, basis)} – {_text(below - 1, basis)}"


def _text(value: float, basis: Basis) -> str:
    return grouped(value) if basis is Basis.COUNT else decimal(value)
