"""Travel times: how many minutes it takes from one village to another, by their codes, as written."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from data.intake.areas import AreaBook
from data.intake.tables import profiles
from data.intake.tables.rows import RowReader
from data.intake.task import Task
from data.writes import travel_times as writes
from grid.areas import Area, Level
from grid.findings import ImportKind

OPTIONS = profiles.OPTIONS
MOST_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class _Time:
    """One row read."""

    row: RowReader
    pair: tuple[int, int]
    minutes: int


def import_travel_times(task: Task) -> None:
    """Import travel times; a pair that is known gets its new time. The way back is another row."""
    task.progress("reading", 0, None)
    table = profiles.read_task_table(task, ImportKind.TRAVEL_TIMES)
    areas, rounded = AreaBook.load(task.session), [0]
    read = [_read(RowReader(row, table, task.ledger, task.today), areas, rounded) for row in table.rows]
    once = _each_once([one for one in read if one is not None])
    if rounded[0]:
        task.ledger.note("travel_minutes_rounded", 0, table.header.get("minutes", ""), count=rounded[0])
    task.progress("writing", 0, len(once))
    written = writes.write_times(task.session, task.batch_id, [(*one.pair, one.minutes) for one in once])
    profiles.keep_table(task, table)
    pairs = {one.pair for one in once}
    task.ledger.figures |= {
        "travel_times": written,
        "unchanged": len(once) - written,
        "travel_one_way": sum((to, start) not in pairs for start, to in pairs),
    }


def _read(row: RowReader, areas: AreaBook, rounded: list[int]) -> _Time | None:
    """Return the time of a row, none where it is refused or says nothing."""
    start, end = _village(row, "from_area", areas), _village(row, "to_area", areas)
    minutes = row.decimal("minutes")
    if minutes is None and not row.refused:
        row.refuse("value_missing", "minutes")
    if minutes is not None and not 0 <= minutes <= MOST_MINUTES:
        row.refuse("travel_minutes_range", "minutes", most=MOST_MINUTES)
    if row.refused or start is None or end is None or minutes is None:
        return None
    if start.id == end.id:
        row.note("travel_same_area", "to_area")
        return None
    whole = math.ceil(minutes)
    rounded[0] += whole != minutes
    return _Time(row, (start.id, end.id), whole)


def _village(row: RowReader, field: str, areas: AreaBook) -> Area | None:
    if row.refused:
        return None
    code = row.code(field)
    if row.refused:
        return None
    if not code:
        row.refuse("value_missing", field)
        return None
    area = areas.by_code(code)
    if area is None:
        row.refuse("area_unknown", field)
    elif area.level is not Level.VILLAGE:
        row.refuse("village_expected", field)
    return area


def _each_once(times: Sequence[_Time]) -> list[_Time]:
    """Return the times of pairs that are told once; two of one pair that differ are both refused."""
    by_pair: dict[tuple[int, int], list[_Time]] = defaultdict(list)
    for one in times:
        by_pair[one.pair].append(one)
    once = []
    for same in by_pair.values():
        if len({one.minutes for one in same}) > 1:
            for one in same:
                one.row.refuse("duplicate_in_file", "to_area", times=len(same))
            continue
        once.append(same[0])
        for one in same[1:]:
            one.row.note("duplicate_identical", "to_area", first_row=same[0].row.number)
    return once
