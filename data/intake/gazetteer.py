"""Gazetteer: aliases, roads with number ranges, estates and points of interest that addresses may name."""

from __future__ import annotations

import shapely

from data.intake import vocabulary as words
from data.intake.areas import AreaBook
from data.intake.points import read_point
from data.intake.profiles import OPTIONS, keep_table, read_task_table
from data.intake.rows import RowReader
from data.intake.task import Task
from data.models import SRID
from data.writes.gazetteer import Entry, insert_entries
from grid.areas import Area
from grid.findings import ImportKind
from grid.geocoding.names import NameKind, Parity

__all__ = ["OPTIONS", "import_gazetteer"]
_LINES = (1, 5)
"""shapely's type ids of LineString and MultiLineString."""


def import_gazetteer(task: Task) -> None:
    """Import entries; those that the city already has are left alone."""
    task.progress("reading", 0, None)
    table = read_task_table(task, ImportKind.GAZETTEER)
    areas = AreaBook.load(task.session)
    read = [_read(RowReader(row, table, task.ledger, task.today), areas) for row in table.rows]
    entries = [entry for entry in read if entry is not None]
    task.progress("writing", 0, len(entries))
    inserted = insert_entries(task.session, task.batch_id, entries)
    keep_table(task, table)
    task.ledger.figures |= {"inserted": inserted, "unchanged": len(entries) - inserted}


def _read(row: RowReader, areas: AreaBook) -> Entry | None:
    name = row.required_text("name")
    kind = row.word("kind", words.ENTRY_KINDS)
    if kind is None and not row.refused:
        row.refuse("value_missing", "kind")
    area = _area(row, areas)
    numbers = row.count("number_from"), row.count("number_to")
    parity = row.word("parity", words.PARITIES) or Parity.ALL
    if None not in numbers and numbers[0] > numbers[1]:  # type: ignore[operator]
        row.refuse("range_reversed", "number_from")
    point = read_point(row) if kind in {NameKind.ESTATE, NameKind.POI} else None
    line = _line(row) if kind is NameKind.ROAD else None
    if row.refused or area is None or kind is None:
        return None
    return Entry(kind, name, area.id, *numbers, parity, point, line)


def _area(row: RowReader, areas: AreaBook) -> Area | None:
    code = row.code("area_code")
    level = row.word("level", words.LEVELS)
    if row.refused:
        return None
    area = areas.by_code(code, level)
    if area is None:
        row.refuse("area_unknown" if code else "value_missing", "area_code")
    return area


def _line(row: RowReader) -> str | None:
    text = row.text("geometry", longest=2**22)
    if not text:
        return None
    line = shapely.from_wkt(text, on_invalid="ignore")
    if line is None or shapely.get_type_id(line) not in _LINES or shapely.is_empty(line):
        row.review("line_unreadable")
        return None
    lines = shapely.multilinestrings(shapely.get_parts(shapely.force_2d(line)))
    return str(shapely.to_wkb(shapely.set_srid(lines, SRID), hex=True, include_srid=True))
