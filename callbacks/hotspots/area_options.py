"""Areas to choose from, as the control for areas shows them."""

from __future__ import annotations

from grid.areas import Area
from layers.words import Language, say


def area_option(area: Area, path: tuple[str, ...], search: str, language: Language) -> dict[str, object]:
    """Return an area to choose; ``search`` is what was typed, so that the list keeps it."""
    words = say("hotspots.area_option", language, name=area.name, path=" › ".join(path[:-1]) or "—")
    return {"label": words, "value": area.id, "search": f"{search} {area.name}"}
