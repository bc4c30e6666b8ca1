"""The section of indicators (指标): every indicator of every unit with its n, as league tables have it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from data.reads import indicators
from data.reports.asked import REPORT_LEVELS, Asked, Row
from data.reports.ranking import ranking_of
from grid.areas import Level
from grid.indicators.definitions import CODES, definition
from grid.indicators.figures import Figure, FigureQuestion, Standing, SubjectFigures
from grid.reports.content import Column, ColumnKind, Section, Table
from grid.reports.templates import ReportKind, SectionKind

_MOST = 7
"""Indicators beside each other on a page across."""
_UNTOLD = frozenset({Standing.TOO_FEW, Standing.NO_DATA})
_LEVELS = (Level.CITY, *REPORT_LEVELS, None)
"""Of units in a report: none below township; departments have no level."""


def question_of(asked: Asked) -> FigureQuestion:
    """Return what the league table is asked of the same days: whole, as of today, as its page does."""
    return FigureQuestion(asked.report.period, as_of=asked.city.today)


def figures_of_units(session: Session, asked: Asked) -> tuple[SubjectFigures, ...]:
    """Return the figures of units at township level and above, of a quarter as it is ranked by."""
    if asked.report.kind is ReportKind.QUARTERLY:
        found: Iterable[SubjectFigures] = (row.figures for row in ranking_of(session, asked).rows)
    else:
        found = indicators.league(session, question_of(asked))
    kept = [one for one in found if one.subject.level in _LEVELS]
    return tuple(sorted(kept, key=lambda one: (_LEVELS.index(one.subject.level), one.subject.code)))


def league(session: Session, asked: Asked) -> Section:
    """Return tables of all units with rate and n of each indicator, and what misses its target how often."""
    found = figures_of_units(session, asked)
    title = asked.words("section.indicators")
    if not found:
        return Section(SectionKind.INDICATORS, title, (asked.words("indicators.none"),))
    as_of = asked.city.today
    if asked.report.kind is ReportKind.QUARTERLY:
        as_of = ranking_of(session, asked).as_of
    as_of_words = asked.words("note.as_of", as_of=as_of.isoformat())
    halves = (CODES[:_MOST], CODES[_MOST:])
    tables = tuple(
        _table(f"indicators_{number}", codes, found, as_of_words, asked)
        for number, codes in enumerate(halves, start=1)
    )
    return Section(SectionKind.INDICATORS, title, _missed(found, asked), tables)


def rate_columns(codes: Sequence[str], asked: Asked) -> list[Column]:
    """Return rate and n of indicators, each under its name."""
    columns = []
    for code in codes:
        group = indicator_name(code, asked)
        columns.append(Column(f"{code}.rate", asked.words("column.rate"), ColumnKind.RATE, group))
        columns.append(Column(f"{code}.n", asked.words("column.n"), ColumnKind.COUNT, group, 0.9))
    return columns


def indicator_name(code: str, asked: Asked) -> str:
    """Return an indicator's name."""
    return asked.say(f"indicators.{code}.name")


def rate_cells(figure: Figure | None) -> Row:
    """Return rate and n; no rate where n is below the minimum or there is none."""
    if figure is None:
        return None, None
    return None if figure.standing in _UNTOLD else figure.rate, figure.denominator


def _table(
    key: str, codes: Sequence[str], found: Sequence[SubjectFigures], as_of_words: str, asked: Asked
) -> Table:
    columns = (
        asked.column("unit_name", ColumnKind.TEXT, width=2.2),
        *rate_columns(codes, asked),
    )
    told = [one for one in found if any(_n(one, code) for code in codes)]
    rows = tuple(
        (one.subject.name, *(cell for code in codes for cell in rate_cells(one.figure(code)))) for one in told
    )
    empty = len(found) - len(told)
    left_out = (asked.words("note.empty", count=empty),) if empty else ()
    notes = (asked.words("note.minimum"), asked.words("note.units"), *left_out, as_of_words)
    return Table(key, asked.words(f"table.{key}"), columns, rows, notes=notes)


def _n(figures: SubjectFigures, code: str) -> int:
    figure = figures.figure(code)
    return figure.denominator if figure else 0


def _missed(found: Sequence[SubjectFigures], asked: Asked) -> tuple[str, ...]:
    """Return how many units miss the target of each indicator that has one, of how many that are told."""
    parts = []
    for code in CODES:
        standings = [figure.standing for one in found if (figure := one.figure(code)) is not None]
        missed, told = standings.count(Standing.MISSED), missed_or_met(standings)
        if told and definition(code).target is not None:
            facts = {"name": indicator_name(code, asked), "missed": missed, "told": told}
            parts.append(asked.words("indicators.missed", **facts))
    return (asked.words("indicators.told", parts=asked.words("separator").join(parts)),) if parts else ()


def missed_or_met(standings: Sequence[Standing]) -> int:
    """Return how many figures say anything against a target."""
    return sum(one in {Standing.MISSED, Standing.MET} for one in standings)
