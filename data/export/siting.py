"""Siting as a workbook: what was asked, suggested points and what each adds, villages out of reach."""

from __future__ import annotations

import io
from collections.abc import Callable

from openpyxl import Workbook

from data.export.rows import Cell
from data.export.sheets import guard_text, save_workbook
from grid.measures import SMALL_CELL
from grid.siting.answers import SitingAnswer, Suggested
from grid.siting.places import Village
from grid.siting.questions import Goal
from grid.siting.telling import share_of, told_count

_POINTS = ("number", "code", "county", "town", "village", "gain", "share", "lon", "lat")
_WAYS = ("saved", "way")
"""Columns after those of points where the goal is the shortest way."""
_GAPS = ("code", "county", "town", "village", "weight", "own")


def write_siting(found: SitingAnswer, say: Callable[..., str]) -> bytes:
    """Return the workbook; ``say(key)`` gives the words; no cell can become a formula."""
    book = Workbook(write_only=True)
    _sheet(book, say("siting.export.asked"), None, _asked(found, say))
    unit = say(f"siting.unit.{found.question.way}")
    heads = [say(f"siting.export.column.{name}") for name in _POINTS]
    if found.question.goal is Goal.MEDIAN:
        heads += [f"{say(f'siting.export.column.{name}')}（{unit}）" for name in _WAYS]
    _sheet(book, say("siting.list.suggested"), heads, [_point_cells(found, at) for at in _range(found)])
    heads = [say(f"siting.export.column.{name}") for name in _GAPS]
    _sheet(book, say("siting.list.gaps"), heads, [_gap_cells(found, one, say) for one in found.gaps])
    content = io.BytesIO()
    save_workbook(book, content)
    return content.getvalue()


def _range(found: SitingAnswer) -> range:
    return range(len(found.suggested))


def _asked(found: SitingAnswer, say: Callable[..., str]) -> list[tuple[Cell, ...]]:
    asked = found.question
    unit = say(f"siting.unit.{asked.way}")
    after = share_of(found.covered_after, found.total)
    before = share_of(found.covered, found.total)
    return [
        (say("siting.control.demand"), say(f"siting.demand.{asked.demand}")),
        (say("siting.control.way"), say(f"siting.way.{asked.way}")),
        (say("siting.control.goal"), say(f"siting.goal.{asked.goal}")),
        (say("siting.control.radius"), f"{asked.radius} {unit}"),
        (say("siting.control.most"), asked.most),
        (say("siting.export.before"), None if before is None else round(before, 1)),
        (say("siting.export.after"), None if after is None else round(after, 1)),
    ]


def _point_cells(found: SitingAnswer, at: int) -> tuple[Cell, ...]:
    one = found.suggested[at]
    share = share_of(one.covered, found.total)
    place, village = one.village.path, one.village
    gain = _count(found, one.gain)
    return (one.number, village.code, *place, gain, None if share is None else round(share, 1),
            round(village.lon, 5), round(village.lat, 5), *_ways(one))  # fmt: skip


def _ways(one: Suggested) -> tuple[Cell, ...]:
    """Return by how much a point shortens the mean way and the way then, of a question for it."""
    return () if one.saved is None or one.way is None else (round(one.saved, 2), round(one.way, 2))


def _gap_cells(found: SitingAnswer, village: Village, say: Callable[..., str]) -> tuple[Cell, ...]:
    own = say("siting.list.own") if village.id in found.places.served else ""
    weight = _count(found, village.weight(found.question.demand))
    return (village.code, *village.path, weight, own)


def _count(found: SitingAnswer, count: int) -> Cell:
    told = told_count(count, found.question.demand)
    return f"<{SMALL_CELL}" if told is None else told


def _sheet(book: Workbook, title: str, heads: list[str] | None, rows: list[tuple[Cell, ...]]) -> None:
    sheet = book.create_sheet(title)
    if heads is not None:
        sheet.append(heads)
    for row in rows:
        sheet.append([guard_text(cell) if isinstance(cell, str) else cell for cell in row])
