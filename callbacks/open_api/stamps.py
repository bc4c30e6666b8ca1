"""Stamps: what must stand beside everything that leaves: city, source, 审图号, and what it is not for."""

from __future__ import annotations

from grid.questions import City
from layers.words import Language, say


def attribution(city: City, language: Language) -> str:
    """Return the line of a city's stamps; what the city does not have is left out."""
    review = say("open.review_number", language, number=city.review_number) if city.review_number else ""
    synthetic = say("open.synthetic", language) if city.synthetic else ""
    internal = say("open.internal", language) if city.internal else ""
    return " · ".join(filter(None, (city.name, city.source, review, synthetic, internal)))
