"""The league table as a workbook: what it is of on a first sheet's rows, then one unit a line."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence

from openpyxl import Workbook

from data.export.rows import Cell
from data.export.sheets import guard_text, save_workbook
from grid.indicators.definitions import Part, definition
from grid.league import League
from grid.rectification import RankedUnit

_COUNTS = ("numerator", "denominator", "rate", "low", "high", "target")


def write_league(league: League, rows: Sequence[RankedUnit], say: Callable[..., str]) -> bytes:
    """Return rows as XLSX; ``say(key)`` gives the words. No cell can become a formula; rates are numbers."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(say("units.file.sheet"))
    sheet.append(_guarded(_heads(league, say)))
    for row in rows:
        sheet.append(_guarded(_cells(league, row, say)))
    about = workbook.create_sheet(say("units.file.about"))
    for pair in _about(league, say):
        about.append(_guarded(pair))
    content = io.BytesIO()
    save_workbook(workbook, content)
    return content.getvalue()


def _heads(league: League, say: Callable[..., str]) -> list[Cell]:
    ranked = ("rank", "previous_rank", "tied", "score") if league.question.is_ranked else ()
    heads: list[Cell] = [say(f"units.file.{name}") for name in ("code", "unit", "level", *ranked)]
    for code in league.indicators:
        name = say(definition(code).words(Part.NAME))
        heads += [
            say("units.file.of_indicator", name=name, part=say(f"units.file.{part}")) for part in _COUNTS
        ]
    heads.append(say("units.file.listing"))
    return [*heads, say("units.file.leader")] if league.leaders is not None else heads


def _cells(league: League, row: RankedUnit, say: Callable[..., str]) -> list[Cell]:
    level = say(f"units.level.{row.subject.level or 'department'}")
    cells: list[Cell] = [row.subject.code, row.subject.name, level]
    if league.question.is_ranked:
        score = None if row.score is None else float(row.score)
        cells += [row.rank, row.previous_rank, say("units.tied") if row.tied else None, score]
    for code in league.indicators:
        figure = row.figures.figure(code)
        if figure is None:
            cells += [None] * len(_COUNTS)
            continue
        low, high = figure.interval or (None, None)
        cells += [figure.numerator, figure.denominator, figure.rate, low, high, figure.target]
    cells.append(say(f"listing_state.{row.listing}") if row.listing else None)
    return [*cells, "、".join(league.leaders_of(row))] if league.leaders is not None else cells


def _about(league: League, say: Callable[..., str]) -> Iterator[tuple[Cell, ...]]:
    """What the table is of, and what each number means: a file is read without its page."""
    question, ranking = league.question, league.ranking
    is_frozen = ranking.is_frozen and question.is_ranked
    yield say("units.file.kept"), say("units.frozen" if is_frozen else "units.live")
    yield say("units.file.quarter"), str(question.quarter)
    yield say("units.file.since"), question.days.since
    yield say("units.file.until"), question.days.until
    yield say("units.file.as_of"), ranking.as_of
    if question.category is not None:
        yield say("units.filter.category"), say(f"category.{question.category}")
    if is_frozen:
        yield say("units.file.revision"), ranking.revision
        yield say("units.file.checksum"), ranking.checksum
    if question.is_ranked:
        yield say("units.file.scheme"), ranking.scheme.name
        yield say("units.file.scheme_version"), ranking.scheme.version
        yield say("units.file.rank_means"), say("units.rank_means")
        if ranking.with_visits:
            yield say("units.file.visits"), say("units.with_visits")
    for code in league.indicators:
        found = definition(code, _version(league, code))
        for part in (Part.NUMERATOR, Part.DENOMINATOR, Part.COHORT, Part.EXCLUSIONS):
            name = say(found.words(Part.NAME))
            word = say(f"units.definition.{part}")
            yield f"{name} · {word}", say(found.words(part), **found.facts)


def _version(league: League, code: str) -> int | None:
    figure = league.ranking.rows[0].figures.figure(code) if league.ranking.rows else None
    return figure.version if figure else None


def _guarded(cells: Sequence[Cell]) -> list[Cell]:
    return [guard_text(cell) if isinstance(cell, str) else cell for cell in cells]
