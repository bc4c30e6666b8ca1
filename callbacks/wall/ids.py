"""Ids of the wall: one enum, so that a test finds every wired id in the layout."""

from __future__ import annotations

from enum import StrEnum


class WallId(StrEnum):
    """Ids of single components."""

    FRAME = "wall-frame"
    TICK = "wall-tick"
    VERSION = "wall-version"
    VIEWPORT = "wall-viewport"
    CARD = "wall-card-open"
    SPOT = "wall-spot"
    BANNER = "wall-banner"
    PULSE = "wall-pulse"
    LIVE = "wall-live"
    HEADING = "wall-heading"
    STAMPS = "wall-stamps"
    ASKED = "wall-asked"
    LAYERS = "wall-layers"
    VIEW = "wall-view"
    MONTH = "wall-month"
    PLAY = "wall-play"
    PLAY_BUTTON = "wall-play-button"
    MONTH_SAID = "wall-month-said"
    PERIOD = "wall-period"
    GROUP = "wall-group"
    LEVEL = "wall-level"
    BASIS = "wall-basis"
    QUARTER = "wall-quarter"
    FOCUS = "wall-focus"
    MAP = "wall-map"
    MAP_NOTE = "wall-map-note"
    SCALE_BAR = "wall-scale-bar"
    FIGURES = "wall-figures"
    TREND = "wall-trend"
    TREND_TITLE = "wall-trend-title"
    LIST = "wall-list"
    LEGENDS = "wall-legends"
    PLACED = "wall-placed"
    SOURCE = "wall-source"
    CARD_PANEL = "wall-card"
    ADDRESS = "wall-address"
    DRAWN = "wall-drawn"
    DRESSED = "wall-dressed"


CARD_IDS = frozenset({WallId.CARD, WallId.CARD_PANEL})
"""Laid out only for those who may open cards."""
