"""Petitions: the matters of a file, read, placed and staged block by block, then written each number once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import islice

from data.intake.ledger import Ledger
from data.intake.matters.columns import MatterColumns
from data.intake.matters.duplicates import settle_duplicates
from data.intake.matters.places import MatterPlaces, Told, said
from data.intake.matters.reader import Matter, MatterReader
from data.intake.personal.persons import ENOUGH
from data.intake.points import DATUM_OPTIONS
from data.intake.tables import profiles
from data.intake.tables.rows import RowReader
from data.intake.tables.stream_totals import StreamTotals
from data.intake.tables.table import OpenTable, Row
from data.intake.tables.values import Cell
from data.intake.task import Task
from data.writes import petitions as writes
from data.writes.accusations import forget_accusations
from data.writes.clocks import recompute
from data.writes.copying import analyze, copy_text
from grid.findings import ImportKind, Severity
from grid.refusals import Refused

OPTIONS = profiles.OPTIONS | DATUM_OPTIONS | {"purpose", "keep_text"}
_BLOCK = 5000
"""Rows read, placed and staged at once: about half a second's work."""
_FIGURES = {"building": "placed_point", "none": "unplaced"}
"""The report's figure of a granularity, where it is not called after it."""


def import_petitions(task: Task) -> None:
    """Import matters; raises ``Refused`` for a file that is no such table."""
    task.progress("reading", 0, None)
    table = profiles.open_task_table(task, ImportKind.PETITIONS)
    _accept_by_notice(task, table)
    reading = _Reading(task, table)
    writes.open_staging(task.session)
    inserted = _stage_all(task, reading, table)
    reading.finish()
    task.progress("writing", 0, task.ledger.rows)
    inserted -= settle_duplicates(task, table)
    _tell_written(task, inserted)
    if not task.dry_run:
        recompute(task.session, task.batch_id)


def _accept_by_notice(task: Task, table: OpenTable) -> None:
    """Where a table tells of notices alone, take them for the acceptance that they give notice of."""
    layout = table.layout
    if layout is None or "accepted_on" in layout.fields or "noticed_on" not in layout.fields:
        return
    at, header = layout.fields["noticed_on"], layout.header["noticed_on"]
    table.layout = replace(
        layout,
        fields={**layout.fields, "accepted_on": at},
        header={**layout.header, "accepted_on": header},
    )
    task.ledger.note("accepted_by_notice", 0, header)


def _stage_all(task: Task, reading: _Reading, table: OpenTable) -> int:
    """Read block by block while the database is still at work on the one before; returns the inserted."""
    inserted = 0
    # One thread alone: the session is its own while it writes, and nothing that reads a block asks it.
    with ThreadPoolExecutor(1) as writer:
        written: Future[int] | None = None
        for block in _blocks(table):
            lines = reading.lines(block)
            inserted += written.result() if written is not None else 0
            span = (block[0][0], block[-1][0])
            written = writer.submit(writes.stage, task.session, task.batch_id, *span, lines)
        return inserted + (written.result() if written is not None else 0)


def _blocks(table: OpenTable) -> Iterator[list[tuple[int, Sequence[Cell]]]]:
    rows = table.data_rows()
    while block := list(islice(rows, _BLOCK)):
        yield block


class _Reading:
    """Reads a file's blocks into the staging table."""

    def __init__(self, task: Task, table: OpenTable) -> None:
        self._task = task
        self._table = table
        self._ledger: Ledger = task.ledger
        self._header = table.header
        self._reader = MatterReader(task)
        self._columns = MatterColumns(self._reader, table, task.today)
        self._places = MatterPlaces(task, self._header)
        self._totals = StreamTotals(table)

    def lines(self, block: Sequence[tuple[int, Sequence[Cell]]]) -> list[str]:
        """Return the rows of one block read and placed, as lines to stage."""
        self._task.progress("checking", self._ledger.rows, None)
        self._ledger.rows += len(block)
        numbers, rows = [number for number, _ in block], [cells for _, cells in block]
        self._totals.add(rows)
        matters, told = self._read(numbers, rows)
        places = self._places.lines(told)
        profiles.keep_rows(self._task, self._noted(block))
        return [
            f"{one.number}\t{said(one.where)}\t{matter}\t{place}"
            for one, matter, place in zip(told, matters, places, strict=True)
        ]

    def finish(self) -> None:
        """Say what concerns the file as a whole.

        Raises ``Refused('matter_no_is_personal')`` where persons' numbers stand for many of the matters'.
        """
        personal = self._reader.personal_numbers
        if personal and personal >= ENOUGH * self._ledger.rows:
            raise Refused("matter_no_is_personal", column=self._header["matter_no"])
        self._reader.tell_defaults()
        self._table.tell(self._ledger)
        self._totals.check(self._ledger)
        self._places.settle_datums()

    def _read(self, numbers: Sequence[int], rows: Sequence[Sequence[Cell]]) -> tuple[list[str], list[Told]]:
        """Return the matters of a block's rows as lines, and what the rows tell of their places."""
        usual = self._columns.read(rows)
        read = {
            row: (line, Told(numbers[row], where, stated))
            for row, line, where, stated in zip(
                usual.at, usual.lines, usual.wheres, usual.stated, strict=True
            )
        }
        for row in range(len(rows)):
            if row not in read:
                matter = self._read_one(numbers[row], rows[row])
                if matter is not None:
                    read[row] = (_line(matter), Told(numbers[row], matter.where, matter.stated))
        ordered = [read[row] for row in sorted(read)]
        return [line for line, _ in ordered], [told for _, told in ordered]

    def _read_one(self, number: int, cells: Sequence[Cell]) -> Matter | None:
        row = Row(number, self._table.by_field(cells), {})
        return self._reader.read(RowReader(row, self._table, self._ledger, self._task.today))

    def _noted(self, block: Sequence[tuple[int, Sequence[Cell]]]) -> Iterator[Row]:
        """Return the rows of which there is more to be said than a note."""
        for number, cells in block:
            if self._ledger.worst(number) is not Severity.NOTE:
                yield Row(number, {}, self._table.keepable(cells))


def _line(matter: Matter) -> str:
    return "\t".join(copy_text(getattr(matter, field)) for field in writes.TOLD)


def _tell_written(task: Task, inserted: int) -> None:
    for granularity, count in writes.count_granularities(task.session).items():
        task.ledger.tally(_FIGURES.get(granularity, f"placed_{granularity}"), count)
    updated = writes.Updated(0, ())
    if inserted < writes.count_staged(task.session):
        updated = writes.update_known(
            task.session, task.batch_id, lambda row: task.progress("writing", row, task.ledger.rows)
        )
    writes.write_extensions(task.session, task.batch_id)
    forget_accusations(task.session, task.batch_id)
    for number in updated.updated_rows:
        task.ledger.note("matter_updated", number)
    task.ledger.figures |= {
        "inserted": inserted,
        "updated": len(updated.updated_rows),
        "unchanged": updated.unchanged,
    }
    analyze(task.session, "petition")
