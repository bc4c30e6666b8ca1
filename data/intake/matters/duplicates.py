"""Duplicates: rows of one file with one number. What says the same counts once, the rest is quarantined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

from data.intake.sniff import FileFormat, sniff_head
from data.intake.tables.csv_rows import open_rows
from data.intake.tables.sheets import read_sheet
from data.intake.tables.table import OpenTable
from data.intake.tables.values import Cell
from data.intake.task import Task
from data.writes import petitions as writes
from data.writes.petitions import Duplicate
from grid.findings import RowState

Found = Mapping[tuple[str, str], Sequence[Duplicate]]


def settle_duplicates(task: Task, table: OpenTable) -> int:
    """Take off what is staged twice; of rows that contradict each other none is taken in.

    Such rows are kept for a person to say which one holds, but never an accusation's. Returns how many
    matters that had been inserted are taken back.
    """
    found = writes.find_duplicates(task.session)
    again, conflicts = _sort(found)
    rows = {one.row for one in again} | {one.row for group in conflicts for one in group}
    if not rows:
        return 0
    contradicting = [one.row for group in conflicts for one in group]
    taken_back = writes.take_back(task.session, task.batch_id, contradicting)
    writes.drop_staged(task.session, sorted(rows))
    task.ledger.withdraw(rows)
    column = table.header["matter_no"]
    for one in again:
        task.kept.forget(one.row)
        first = found[one.source, one.matter_no][0].row
        task.ledger.note("duplicate_identical", one.row, column, one.matter_no, first_row=first)
    for group in conflicts:
        for one in group:
            task.ledger.refuse("duplicate_in_file", one.row, column, one.matter_no, times=len(group))
    _hush(task, found)
    _quarantine(task, table, [group for group in conflicts if not any(one.accusation for one in group)])
    return taken_back


def _sort(found: Found) -> tuple[list[Duplicate], list[Sequence[Duplicate]]]:
    again: list[Duplicate] = []
    conflicts: list[Sequence[Duplicate]] = []
    for group in found.values():
        if len({one.digest for one in group}) == 1:
            again += group[1:]
        else:
            conflicts.append(group)
    return again, conflicts


def _hush(task: Task, found: Found) -> None:
    """Let nothing be said or kept of a number that is also an accusation's."""
    for group in found.values():
        if any(one.accusation for one in group):
            for one in group:
                task.ledger.hush(one.row)
                task.kept.forget(one.row)


def _quarantine(task: Task, table: OpenTable, conflicts: Iterable[Sequence[Duplicate]]) -> None:
    keys = {one.row: f"{one.source} {one.matter_no}" for group in conflicts for one in group}
    for number, cells in _raw_rows(task, table, keys.keys()):
        task.kept.keep(number, RowState.QUARANTINED, table.keepable(cells), keys[number])


def _raw_rows(task: Task, table: OpenTable, wanted: Set[int]) -> Iterable[tuple[int, Sequence[Cell]]]:
    """Return rows of the file by number, read once more: a stream cannot be wound back."""
    if not wanted:
        return []
    is_text = sniff_head(task.path) is FileFormat.CSV
    rows = open_rows(task.path) if is_text else read_sheet(task.path, table.sheet).rows
    return ((number, cells) for number, cells in enumerate(rows, 1) if number in wanted)
