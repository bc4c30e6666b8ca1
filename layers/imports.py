"""Drawing of import outcomes: findings as table rows, and the words of what a database kept."""

from __future__ import annotations

from typing import Any

from grid.findings import Finding, Severity
from layers.words import Language, all_words, say

_GRID_WORDS = "imports.grid."
_MEANINGS = "imports.figure_meaning."
_ORDER = {Severity.REFUSED: 0, Severity.REVIEW: 1, Severity.NOTE: 2}


def say_stored(key: str, language: Language, **facts: object) -> str:
    """Return the words of a key that a database kept.

    What an earlier release wrote may have a code or facts that this one does not know: then the code is told.
    """
    try:
        return say(key, language, **facts)
    except (KeyError, IndexError, ValueError):
        return say("imports.no_words", language, code=key.rpartition(".")[2])


def field_words(field: str, language: Language) -> str:
    """Return what a field of a table is called; a field of another release by its code."""
    return all_words(language).get(f"field.{field}", field)


def finding_rows(findings: tuple[Finding, ...], language: Language) -> list[dict[str, Any]]:
    """Return the findings as rows of the table; ``row`` is none for a finding on the file as a whole."""
    return [
        {
            "row": finding.row or None,
            "column": finding.column,
            "original": finding.original,
            "sentence": say_stored(f"findings.{finding.code}", language, **finding.facts),
            "severity": say(f"severity.{finding.severity}", language),
            "grade": finding.severity.value,
            "order": _ORDER[finding.severity],
        }
        for finding in findings
    ]


def ordered_figures(figures: dict[str, int], language: Language) -> list[tuple[str, int]]:
    """Return a report's figures in the order in which their meanings stand in the locale file."""
    order = [key.removeprefix(_MEANINGS) for key in all_words(language) if key.startswith(_MEANINGS)]
    known = {name: place for place, name in enumerate(order)}
    return sorted(figures.items(), key=lambda figure: known.get(figure[0], len(known)))


def grid_words(language: Language) -> dict[str, str]:
    """Return the table widget's own words (filter menus), under its names for them."""
    return {
        key.removeprefix(_GRID_WORDS): text
        for key, text in all_words(language).items()
        if key.startswith(_GRID_WORDS)
    }
