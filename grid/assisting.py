"""What a grid worker does about a matter on the spot (代办): five steps, told by the phone once each."""

from __future__ import annotations

from enum import StrEnum


class AssistStep(StrEnum):
    """Steps of helping with a matter, in their usual order; each may come again."""

    RECEIVED = "received"
    CONTACTED = "contacted"
    VISITED = "visited"
    RESOLVED = "resolved"
    HANDED_UP = "handed_up"
