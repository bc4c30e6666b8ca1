"""What the classes on the hotspot map mean, how they were cut and how many areas are of each."""

from __future__ import annotations

from typing import Any

from grid.areas import Level
from grid.hotspots.questions import Step
from grid.measures import MINIMUM_N, SMALL_CELL, MeasureUnit
from layers.hotspot_paint import AMOUNTS, HEAT, Code, Paint, Painted, amount_codes
from layers.numbers import decimal, grouped
from layers.words import Language, say

FINE = (Level.VILLAGE, Level.GRID)
"""Levels below township, where small counts are told as one class."""
_ORDERS = {
    **dict.fromkeys(HEAT, (*range(Code.HOT_99, Code.COLD_99 + 1), Code.NOT_SIGNIFICANT, Code.TOO_FEW)),
    Paint.MORAN: (*range(Code.HIGH_HIGH, Code.LOW_LOW + 1), Code.NOT_SIGNIFICANT, Code.TOO_FEW),
    Paint.EMERGING: (*range(Code.NEW, Code.NONE + 1), Code.TOO_FEW),
}


def paint_legend(
    painted: Painted, paint: Paint, of: tuple[Level, MeasureUnit], language: Language, *, note: str = ""
) -> dict[str, Any]:
    """Return title with unit, entries (code, words, number of areas) and a note on how classes came about.

    ``of`` is the level and the unit of count. Classes of significance are all named, also those without an
    area: that nothing is hot is a result.
    """
    words = _words(of, language)
    if paint not in AMOUNTS:
        entries = [_entry(code, code_words(code, language), painted) for code in _ORDERS.get(paint, ())]
    else:
        entries = _amounts(painted, paint, language)
        note = _how(painted, language)
    return {"title": say(f"hotspots.legend.{paint}", language, **words), "entries": entries, "note": note}


def playback_legend(
    painted: Painted, step: Step, of: tuple[Level, MeasureUnit], language: Language
) -> dict[str, Any]:
    """Return the legend of all pictures of a playback, which are cut alike."""
    title = say(f"hotspots.legend.play_{step}", language, **_words(of, language))
    entries = [entry | {"n": ""} for entry in _amounts(painted, Paint.COUNT, language)]
    return {"title": title, "entries": entries, "note": say("hotspots.legend.play_note", language)}


def _words(of: tuple[Level, MeasureUnit], language: Language) -> dict[str, str]:
    level, unit = of
    return {"level": say(f"level.{level}", language), "unit": say(f"hotspots.unit.{unit}", language)}


def code_words(code: int, language: Language) -> str:
    """Return what a class that is no amount means."""
    facts = {"n": MINIMUM_N, "k": SMALL_CELL - 1}
    return say(f"hotspots.class.{Code(code).name.lower()}", language, **facts)


def _amounts(painted: Painted, paint: Paint, language: Language) -> list[dict[str, Any]]:
    entries = [
        _entry(code, code_words(code, language), painted)
        for code in (Code.ZERO, Code.FEW)
        if painted.number(code)
    ]
    classes = painted.classes
    if classes is not None:
        for code, (lower, below) in zip(amount_codes(classes), classes.ranges(), strict=True):
            entries.append(_entry(code, _range(lower, below, classes.highest, paint), painted))
    if painted.number(Code.TOO_FEW):
        entries.append(_entry(Code.TOO_FEW, code_words(Code.TOO_FEW, language), painted))
    return entries


def _how(painted: Painted, language: Language) -> str:
    cut = len(painted.classes.lower) if painted.classes else 0
    return say("hotspots.legend.quantiles", language, classes=cut) if cut else ""


def _entry(code: int, text: str, painted: Painted) -> dict[str, Any]:
    return {"code": int(code), "text": text, "n": grouped(painted.number(code))}


def _range(lower: float, below: float | None, highest: float, paint: Paint) -> str:
    if paint is not Paint.COUNT:
        return f"{amount(lower, paint)} – {amount(highest if below is None else below, paint)}"
    last = highest if below is None else below - 1
    return amount(lower, paint) if last <= lower else f"{amount(lower, paint)} – {amount(last, paint)}"


def amount(value: float, paint: Paint) -> str:
    """Return an amount as text: a count whole, a rate with one digit."""
    return grouped(value) if paint is Paint.COUNT else decimal(value)
