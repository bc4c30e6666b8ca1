"""Placing points: which area of one level holds each point, at once for millions and exactly."""

from __future__ import annotations

from grid.placing.building import build_table
from grid.placing.index import NOWHERE, AreaIndex, Ids, TableOf, index_areas, locate, locate_near
from grid.placing.table import PlacingTable

__all__ = [
    "NOWHERE", "AreaIndex", "Ids", "PlacingTable", "TableOf", "build_table", "index_areas", "locate",
    "locate_near",
]  # fmt: skip
