"""What every number of a report means: the definitions of its measures and indicators, with the city's n."""

from __future__ import annotations

from sqlalchemy.orm import Session

from data.reports.asked import Asked
from data.reports.indicators import figures_of_units
from data.reports.matters import city_measures
from grid.indicators.definitions import Definition, Part, definition, in_force
from grid.indicators.figures import SubjectFigures
from grid.reports.content import DefinitionLine, Section
from grid.reports.templates import SectionKind

_OWN = ("flow", "clocks")
"""Sections whose numbers are defined here alone, under their own names."""
_PARTS = (Part.NUMERATOR, Part.DENOMINATOR, Part.COHORT, Part.EXCLUSIONS)


def definitions(session: Session, asked: Asked, sections: tuple[Section, ...]) -> tuple[DefinitionLine, ...]:
    """Return the definitions of what the sections hold, in their order."""
    kinds = {section.kind for section in sections}
    lines = [
        DefinitionLine(
            asked.say(f"measure.{one.code}.name"), None, asked.say(f"measure.{one.code}.definition"), one.n
        )
        for one in city_measures(session, asked)
    ]
    lines += [
        DefinitionLine(
            asked.words(f"defined.{name}.name"), None, asked.words(f"defined.{name}.definition"), None
        )
        for name in _OWN
        if SectionKind(name) in kinds
    ]
    if SectionKind.INDICATORS in kinds:
        lines += _indicators(figures_of_units(session, asked), asked)
    return tuple(lines)


def _indicators(found: tuple[SubjectFigures, ...], asked: Asked) -> list[DefinitionLine]:
    lines = []
    for each in in_force(asked.until):
        figures = [figure for one in found if (figure := one.figure(each.code)) is not None]
        # The version that the figures were made by, which of a frozen quarter may be a former one.
        used = definition(each.code, figures[0].version) if figures else each
        n = sum(figure.denominator for figure in figures)
        lines.append(
            DefinitionLine(asked.say(used.words(Part.NAME)), used.version, _card(used, asked), n, used.target)
        )
    return lines


def _card(one: Definition, asked: Asked) -> str:
    parts = [asked.words(f"defined.{part}", words=asked.say(one.words(part), **one.facts)) for part in _PARTS]
    if one.target is not None:
        key = "defined.most" if one.better.value == "lower" else "defined.least"
        parts.append(asked.words(key, target=f"{100 * one.target:g}"))
    return "".join(parts)
