"""Ids of the hotspot screen."""

from __future__ import annotations

from enum import StrEnum


class Id(StrEnum):
    """Ids of what callbacks read or write."""

    ROOT = "hotspots-root"
    SPEC = "hotspots-spec"
    """What the browser draws the map from: sources, layers, colours, words."""
    ADDRESS = "hotspots-address"
    """The state that the address named when the page was laid out."""
    ASKED = "hotspots-asked"
    ANSWER = "hotspots-answer"
    ORDER_ASKED = "hotspots-order-asked"
    ORDER = "hotspots-order"
    TELL = "hotspots-tell"
    TOLD = "hotspots-told"
    PLAY_ASKED = "hotspots-play-asked"
    PLAYED = "hotspots-played"
    MAP = "hotspots-map"
    TREND = "hotspots-trend"
    CALENDAR = "hotspots-calendar"
    SPLIT = "hotspots-split"

    LEVEL = "hotspots-level"
    PAINT = "hotspots-paint"
    OVER = "hotspots-over"
    PER = "hotspots-per"
    BANDWIDTH = "hotspots-bandwidth"
    PERIOD = "hotspots-period"
    SINCE = "hotspots-since"
    UNTIL = "hotspots-until"
    CATEGORY = "hotspots-category"
    CHANNEL = "hotspots-channel"
    PURPOSE = "hotspots-purpose"
    STAGE = "hotspots-stage"
    AREA = "hotspots-area"
    LEADER = "hotspots-leader"
    UNIT = "hotspots-unit"
    STEP = "hotspots-step"
    BY = "hotspots-by"
    PLAY_STEP = "hotspots-play-step"


CONTROLS = {
    "level": Id.LEVEL,
    "paint": Id.PAINT,
    "over": Id.OVER,
    "per": Id.PER,
    "bandwidth": Id.BANDWIDTH,
    "since": Id.SINCE,
    "until": Id.UNTIL,
    "category": Id.CATEGORY,
    "channel": Id.CHANNEL,
    "purpose": Id.PURPOSE,
    "stage": Id.STAGE,
    "area": Id.AREA,
    "leader": Id.LEADER,
    "unit": Id.UNIT,
    "step": Id.STEP,
    "by": Id.BY,
    "play": Id.PLAY_STEP,
}
"""The control of each part of a state, by the name it has in an address."""
