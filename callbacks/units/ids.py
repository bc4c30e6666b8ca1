"""Ids of the units' pages."""

from __future__ import annotations

from enum import StrEnum


class Id(StrEnum):
    """Ids of what callbacks read or write; those from ``STEP`` on stand on a unit's card alone."""

    ASKED = "units-asked"
    """Which number is opened: set by ``assets/units.js`` as fields of an address."""
    PANEL = "units-panel"
    STEP = "units-step"
    """Which step of which listing the form asks for."""
    DAY = "units-day"
    OFFICIAL = "units-official"
    WORDS = "units-words"
    SURE = "units-sure"
    SEND = "units-send"
    SAID = "units-said"
    LISTINGS = "units-listings"
    """All listings of a unit, told anew after a step."""
