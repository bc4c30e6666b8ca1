"""Quarters in words."""

from __future__ import annotations

from grid.listings import Quarter
from layers.words import Language, say


def quarter_words(quarter: Quarter, language: Language, *, short: bool = False) -> str:
    """Return a quarter in words; short for the head of a column."""
    key = "units.quarter_short" if short else "units.quarter"
    return say(key, language, year=quarter.year, number=quarter.number)
