"""Gazetteer: names that addresses may use, from aliases and roads to standard addresses with their points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import shapely

from data.intake.areas import AreaBook
from data.intake.points import DATUM_OPTIONS, RawPoint, datum_option, read_raw_point, settle_points
from data.intake.tables import profiles
from data.intake.tables import vocabulary as words
from data.intake.tables.profiles import keep_table, read_task_table
from data.intake.tables.rows import RowReader
from data.intake.tables.table import Table
from data.intake.task import Task
from data.models import SRID
from data.writes.gazetteer import Entry, insert_entries
from grid.areas import Area
from grid.datums import Datum
from grid.findings import ImportKind
from grid.geocoding.names import NameKind, Parity

OPTIONS = profiles.OPTIONS | DATUM_OPTIONS
_LINES = (1, 5)
"""shapely's type ids of LineString and MultiLineString."""
_POINTED = frozenset({NameKind.ESTATE, NameKind.POI, NameKind.ADDRESS})
_SAME_PLACE_DEGREES = 0.0003
"""Some 30 m: two points of one name that are further apart are two places."""
_TELL_EVERY = 10_000
_Read = tuple[int, Entry, RawPoint | None]
"""Row number, the entry without its point, and the point."""


def import_gazetteer(task: Task) -> None:
    """Import entries; those that the city already has are left alone."""
    task.progress("reading", 0, None)
    table = read_task_table(task, ImportKind.GAZETTEER)
    read = _each_once(task, table, list(_read_all(task, table)))
    points = settle_points(task, [point for _, _, point in read])
    entries = [(row, replace(one, point=at)) for (row, one, _), at in zip(read, points, strict=True)]
    task.progress("writing", 0, len(entries))
    written = insert_entries(task.session, task.batch_id, entries)
    for row, metres in written.moved.items():
        task.ledger.review("entry_elsewhere", row, table.header.get("lon", ""), metres=metres)
    keep_table(task, table)
    task.ledger.figures |= {"inserted": written.inserted, "unchanged": len(entries) - written.inserted}


def _read_all(task: Task, table: Table) -> Iterator[_Read]:
    areas, datum = AreaBook.load(task.session), datum_option(task.options)
    for done, row in enumerate(table.rows):
        if done % _TELL_EVERY == 0:
            task.progress("checking", done, len(table.rows))
        read = _read(RowReader(row, table, task.ledger, task.today), areas, datum)
        if read is not None:
            yield row.number, *read


def _each_once(task: Task, table: Table, read: Sequence[_Read]) -> list[_Read]:
    """Return each entry once; those that are given at several places are all refused."""
    seen: dict[Entry, list[_Read]] = {}
    for one in read:
        # A road's line comes with one of its ranges only, and says nothing of which range it is.
        seen.setdefault(replace(one[1], line=None), []).append(one)
    column = table.header.get("name", "")
    kept = []
    for same in seen.values():
        first = next((one for one in same if one[1].line), same[0])
        apart = _are_apart([point for _, _, point in same if point is not None])
        for row, entry, _ in same if apart else ():
            task.ledger.refuse("duplicate_in_file", row, column, entry.name, times=len(same))
        for row, entry, _ in () if apart else same:
            if row != first[0]:
                task.ledger.note("duplicate_identical", row, column, entry.name, first_row=first[0])
        if not apart:
            kept.append(first)
    return sorted(kept, key=lambda one: one[0])


def _are_apart(points: Sequence[RawPoint]) -> bool:
    if len(points) < 2:
        return False
    lon, lat = [point.lon for point in points], [point.lat for point in points]
    return max(max(lon) - min(lon), max(lat) - min(lat)) > _SAME_PLACE_DEGREES


def _read(row: RowReader, areas: AreaBook, datum: Datum) -> tuple[Entry, RawPoint | None] | None:
    name = row.required_text("name")
    kind = row.word("kind", words.ENTRY_KINDS)
    if kind is None and not row.refused:
        row.refuse("value_missing", "kind")
    area = _area(row, areas)
    numbers = row.count("number_from"), row.count("number_to")
    parity = row.word("parity", words.PARITIES) or Parity.ALL
    if None not in numbers and numbers[0] > numbers[1]:  # type: ignore[operator]
        row.refuse("range_reversed", "number_from")
    line = _line(row) if kind is NameKind.ROAD else None
    if row.refused or area is None or kind is None:
        return None
    point = read_raw_point(row, area.code, datum) if kind in _POINTED else None
    return None if row.refused else (Entry(kind, name, area.id, *numbers, parity, None, line), point)


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
