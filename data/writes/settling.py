"""Conflicts settled: of the rows of a file that contradict each other, the one that a person says holds."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from data.intake.stored_inspection import from_json
from data.intake.tables.headers import PETITIONS
from data.models import ImportBatch, ImportRow
from data.sessions import writing
from data.writes import jobs, uploads
from data.writes.jobs import Request
from grid.audits import Action
from grid.findings import ImportKind, RowState
from grid.ids import LARGEST_ID
from grid.inspection import ColumnView
from grid.principals import Principal
from grid.refusals import Refused

_LARGEST_ROW = 2**31 - 1
_OF_THE_SHEET = ("sheet", "header_", "column_", "keep_text")
"""Beginnings of options that say how a file is laid out; a row is sent again with its fields' own headers."""


def settle_quarantine(engine: Engine, principal: Principal, batch_id: int, row: int) -> int:
    """Let a row of a conflict hold: queue its import as it was kept, and return the job's id.

    It is read again by the same importer with the batch's options, as a file of one row. The other rows of
    the conflict stay refused; where the job fails, all of them are in conflict again. Raises ``Refused``:
    ``row_not_in_conflict`` or ``queue_full``.
    """
    facts = {"batch": batch_id, "row": row}
    with writing(engine, principal, Action.IMPORT_SETTLE, "import", changes_data=False, **facts) as session:
        batch, chosen = _find(session, batch_id, row)
        _mark(session, chosen)
        view = from_json(batch.inspection).table
        content = _one_row(view.columns if view is not None else (), chosen.cells)
        key = uploads.keep_upload(session, principal, f"{batch.file_name}-{row}.csv", content)
        said: dict[str, str] = json.loads(batch.options)
        options = {name: value for name, value in said.items() if not name.startswith(_OF_THE_SHEET)}
        return jobs.enqueue(
            session, key, Request(ImportKind.PETITIONS, False, options, (batch_id, row)), principal
        )


def _find(session: Session, batch_id: int, row: int) -> tuple[ImportBatch, ImportRow]:
    """Return a batch and its row, locked; raises ``Refused('row_not_in_conflict')``."""
    wanted = (ImportRow.batch_id == batch_id, ImportRow.row == row)
    found = (
        session.execute(
            select(ImportBatch, ImportRow)
            .join(ImportRow, ImportRow.batch_id == ImportBatch.id)
            .where(*wanted, ImportRow.state == RowState.QUARANTINED.value, ~ImportBatch.dry_run)
            .with_for_update(of=ImportRow)
        ).one_or_none()
        if 0 < batch_id <= LARGEST_ID and 0 < row <= _LARGEST_ROW
        else None
    )
    if found is None:
        raise Refused("row_not_in_conflict")
    return found.ImportBatch, found.ImportRow


def _mark(session: Session, chosen: ImportRow) -> None:
    """Close the conflict: the chosen row is the settled one among rows that are refused from now on."""
    conflict = (ImportRow.batch_id == chosen.batch_id, ImportRow.key == chosen.key)
    session.execute(update(ImportRow).where(*conflict).values(state=RowState.REFUSED.value))
    session.execute(
        update(ImportRow).where(*conflict, ImportRow.row == chosen.row).values(state=RowState.SETTLED.value)
    )


def _one_row(columns: Sequence[ColumnView], cells: Mapping[str, str]) -> bytes:
    """Return a file of one row, each field under its standard header whatever its column was called."""
    standard = {column: PETITIONS[column.field][0] for column in columns if column.field in PETITIONS}
    named = {column.header or header: header for column, header in standard.items()}
    known = {named[header]: text for header, text in cells.items() if header in named}
    file = io.StringIO(newline="")
    csv.writer(file).writerows([known.keys(), known.values()])
    return file.getvalue().encode()
