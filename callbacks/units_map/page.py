"""The page of a map of units, in the desk's frame."""

from __future__ import annotations

from typing import Any

from callbacks.frame import desk, trouble
from callbacks.tools import Tools
from callbacks.units_map.asked import MapAsked
from callbacks.units_map.panel import units_map_panel, view_tabs
from grid.refusals import Refused


def map_page(tools: Tools, asked: MapAsked) -> Any:
    """Return the page for a state whose view is a map."""
    language, city = tools.language, None
    port = tools.store.units(tools.principal())
    try:
        city = port.city()
        panel = units_map_panel(tools, port, city, asked)
    except Refused as refused:
        panel = trouble(refused, language)
    return desk(tools, city, "units", [view_tabs(asked, language), panel], class_name="office units")
