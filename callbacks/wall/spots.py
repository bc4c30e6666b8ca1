"""What the map is zoomed to and outlines: an area, or all that a leader answers for; no card, no figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from callbacks.wall.state import Card, CardKind
from grid.coverage import CoverageBook, lead_by_unit
from layers.map_base import Drawing, MapPart, Slot, line_layer
from layers.map_camera import Camera, Padding
from layers.map_labels import AreaLabel
from layers.theme import Theme

_LINE_PX = 6.0


def spot_areas(spot: Card | None, book: CoverageBook | None) -> frozenset[int]:
    """Return the areas of a spot: one, or those that a leader leads in the plan in force."""
    if spot is None:
        return frozenset()
    if spot.kind is CardKind.AREA:
        return frozenset({spot.id})
    if book is None:
        return frozenset()
    leads = lead_by_unit(book.plan)
    return frozenset(unit.area_id for unit in book.units if unit.area_id and leads.get(unit.id) == spot.id)


def in_free_view(labels: Iterable[AreaLabel], camera: Camera, padding: Padding) -> list[AreaLabel]:
    """Return the labels that no panel lies over: a map that is zoomed to a spot goes on under all of them."""
    size = camera.viewport
    found = []
    for label in labels:
        x, y = camera.to_px(label.lon, label.lat)
        across = padding.left < x < size.width - padding.right
        if across and padding.top < y < size.height - padding.bottom:
            found.append(label)
    return found


def spot_part(areas: Iterable[int], features: Mapping[int, Drawing], camera: Camera, theme: Theme) -> MapPart:
    """Return the outline of a spot's areas."""
    found = [features[area] for area in sorted(areas) if area in features]
    if not found:
        return MapPart()
    source = {"type": "FeatureCollection", "features": found}
    return MapPart(layers=(line_layer(source, Slot.SPOT_LINE, theme.text, _LINE_PX * camera.viewport.scale),))
