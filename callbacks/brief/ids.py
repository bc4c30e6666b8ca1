"""Ids of the leader's pages."""

from __future__ import annotations

from enum import StrEnum


class BriefId(StrEnum):
    """Components with one place."""

    ROOT = "brief-root"
    HEADING = "brief-heading"
    AS_OF = "brief-as-of"
    TABS = "brief-tabs"
    TROUBLE = "brief-trouble"
    FIGURES = "brief-figures"
    LIST = "brief-list"
    CARD = "brief-card"
    MAP_OPENER = "brief-map-opener"
    MAP_CLOSER = "brief-map-closer"
    MAP_TITLE = "brief-map-title"
    MAP_PLACE = "brief-map-place"
    """Holds the map while it is open: a phone loads no map library before."""
    MAP = "brief-map"
    LEGEND = "brief-legend"
    WANTED = "brief-wanted"
    """Store: the fields of the address that is asked for, written by the browser alone."""
    DRAWN = "brief-drawn"
    """Store: the state that the open map shows, none where none is open."""
    PICTURE = "brief-picture"
    """Store: the figure that the open map is to show next."""
    SEEN = "brief-seen"
    """Store: holds nothing; a callback of the browser without an output has no first call with a new page."""
