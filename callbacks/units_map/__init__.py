"""The maps of /units: a quarter's listings, running clocks by area; their address says what is shown."""

from callbacks.units_map.asked import MapAsked, View, read_map_address
from callbacks.units_map.page import map_page
from callbacks.units_map.panel import units_map_panel, view_tabs

__all__ = ["MapAsked", "View", "map_page", "read_map_address", "units_map_panel", "view_tabs"]
