"""The handover list (移交清单) as a workbook: unit by unit who gives and who takes, then leader by leader."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from data.export.rows import Cell
from data.export.sheets import guard_text, save_workbook
from grid.coverage import Leader
from grid.planning.handover import Hand, Handover
from grid.workloads import UnitMeasures

_COUNTS = ("cases", "open", "overdue", "due_soon")
_A4 = 9
_WIDEST = 40
Say = Callable[..., str]


def write_handover(
    found: Handover, leaders: Mapping[int, Leader], heads: tuple[str, ...], stamps: tuple[str, ...], say: Say
) -> bytes:
    """Return the list as XLSX, to be printed on A4 across; ``heads`` are a title and notes over each table.

    ``say(key)`` gives the words. No cell can become a formula.
    """
    workbook = Workbook()
    units = workbook.active
    units.title = say("handover.units")
    _write(units, heads, [_unit_heads(say), *_unit_rows(found, leaders, say)], stamps)
    totals = workbook.create_sheet(say("handover.leaders"))
    _write(totals, heads, [_leader_heads(say), *_leader_rows(found, leaders, say)], stamps)
    body = io.BytesIO()
    save_workbook(workbook, body)
    return body.getvalue()


def _unit_heads(say: Say) -> list[Cell]:
    return [say(f"handover.{name}") for name in ("number", "unit", "gives", "takes", *_COUNTS)]


def _unit_rows(found: Handover, leaders: Mapping[int, Leader], say: Say) -> Iterator[list[Cell]]:
    for number, one in enumerate(found.units, start=1):
        gives, takes = (_hands(hands, leaders, say) for hands in (one.given, one.taken))
        yield [number, one.unit.name, gives, takes, *_counts(one.measures)]
    yield [None, say("handover.total"), None, None, *_counts(found.measures)]


def _hands(hands: Iterable[Hand], leaders: Mapping[int, Leader], say: Say) -> str:
    return "、".join(
        say(
            "handover.hand",
            leader=_called(hand.leader_id, leaders, say),
            kind=say(f"assignment_kind.{hand.kind}"),
        )
        for hand in hands
    )


def _leader_heads(say: Say) -> list[Cell]:
    names: list[Cell] = [say(f"handover.{name}") for name in ("leader", "post")]
    for way in ("given", "taken"):
        for name in ("units_count", *_COUNTS):
            names.append(say("handover.way", way=say(f"handover.{way}"), name=say(f"handover.{name}")))
    return names


def _leader_rows(found: Handover, leaders: Mapping[int, Leader], say: Say) -> Iterator[list[Cell]]:
    for one in found.leaders:
        leader = leaders.get(one.leader_id or 0)
        name = _called(one.leader_id, leaders, say)
        given, taken = _counts(one.given), _counts(one.taken)
        yield [name, leader.post if leader else None, one.units_given, *given, one.units_taken, *taken]


def _called(leader_id: int | None, leaders: Mapping[int, Leader], say: Say) -> str:
    leader = leaders.get(leader_id or 0)
    return leader.label if leader else say("handover.nobody")


def _counts(measures: UnitMeasures) -> list[Cell]:
    return [getattr(measures, name) for name in _COUNTS]


def _write(
    sheet: Worksheet, heads: tuple[str, ...], rows: Iterable[list[Cell]], stamps: tuple[str, ...]
) -> None:
    for head in heads:
        sheet.append([guard_text(head)])
    first = len(heads) + 1
    for row in rows:
        sheet.append([guard_text(cell) if isinstance(cell, str) else cell for cell in row])
    width = sheet.max_column
    for number in range(1, first):
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=width)
    sheet.cell(1, 1).font, sheet.cell(1, 1).alignment = (
        Font(size=16, bold=True),
        Alignment(horizontal="center"),
    )
    for cell in sheet[first]:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
    _fit(sheet, first)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{first}:{first}"
    if stamps:
        sheet.oddHeader.right.text = "　".join(stamps)
    sheet.oddFooter.center.text = "— &P —"


def _fit(sheet: Worksheet, first: int) -> None:
    """Make each column as wide as what stands in it; a Chinese sign is two wide."""
    for number in range(1, sheet.max_column + 1):
        cells = (str(sheet.cell(row, number).value or "") for row in range(first, sheet.max_row + 1))
        longest = max(sum(2 if ord(sign) > 255 else 1 for sign in cell) for cell in cells)
        sheet.column_dimensions[get_column_letter(number)].width = min(_WIDEST, longest + 2)
