"""The map's touchable areas: invisible, above all fills, so that a click or tap opens an area's card."""

from __future__ import annotations

from collections.abc import Iterable

from grid.areas import Area, AreaKind
from layers.map_base import MapPart, Slot, invisible_areas


def pick_part(areas: Iterable[Area], url: str, texts: dict[int, str]) -> MapPart:
    """Return the areas to click; ``texts`` says more under a name.

    Functional areas come first: the first area that holds the point is the one picked, and they lie on top.
    """
    ordered = sorted(areas, key=lambda area: area.kind is not AreaKind.FUNCTIONAL)
    trace = invisible_areas(Slot.HIT, url, [str(area.id) for area in ordered])
    trace["hovertext"] = ["<br>".join(filter(None, (area.name, texts.get(area.id)))) for area in ordered]
    trace["hovertemplate"] = "%{hovertext}<extra></extra>"
    return MapPart(traces=(trace,))
