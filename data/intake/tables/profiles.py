"""Profiles: the table of an import read as its options say and as the same source's last file was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from data.intake.tables.headers import normal
from data.intake.tables.layout import Layout, Wishes, exact_field
from data.intake.tables.mapping import LEFT_OUT
from data.intake.tables.table import OpenTable, Row, Table, check_columns, open_table, read_rows
from data.intake.tables.table_view import view_table
from data.intake.task import Task
from data.writes import profiles as writes
from grid.findings import ImportKind, RowState, Severity
from grid.refusals import Refused

OPTIONS = frozenset({"sheet", "source", "header_from", "header_to", "column_"})
"""What may be said of any table."""
_COLUMN = re.compile(r"column_(0|[1-9]\d{0,2})")
_KEEP_TEXT = "keep_text"


def open_task_table(task: Task, kind: ImportKind, *, fill: Sequence[str] = ()) -> OpenTable:
    """Open the table of an import, show its layout, and remember it for the source's next file.

    In a dry run a table that lacks its header or a column is given without rows, with a finding; otherwise
    ``Refused`` is raised, as it is for an option that cannot be granted.
    """
    source = task.options.get("source", "")
    profile = writes.read_profile(task.session, kind, source)
    wishes = _read_wishes(task, profile)
    opened = open_table(task.path, kind, task.ledger, wishes, fill=fill)
    layout = opened.layout
    if layout is not None:
        task.inquiry.table = view_table(layout, opened.sheet, opened.sheets)
    try:
        check_columns(opened)
    except Refused as refused:
        if not task.dry_run:
            raise
        task.ledger.tell_refusal(refused)
        opened.layout = None
    if layout is not None:
        _remember(task, layout, profile, wishes)
    return opened


def read_task_table(task: Task, kind: ImportKind, *, fill: Sequence[str] = ()) -> Table:
    """Read the whole table of an import; see `open_task_table`."""
    return read_rows(open_task_table(task, kind, fill=fill), task.ledger)


def keep_table(task: Task, table: Table) -> None:
    """Keep the rows of a table that were not taken in as they stand, to be mended."""
    keep_rows(task, table.rows)


def keep_rows(task: Task, rows: Iterable[Row]) -> None:
    """Keep those of some rows that are refused or to be reviewed; nothing of a hushed one."""
    for row in rows:
        worst = task.ledger.worst(row.number)
        if worst is Severity.NOTE:
            continue
        if task.ledger.hushed(row.number):
            task.kept.forget(row.number)
            continue
        state = RowState.REFUSED if worst is Severity.REFUSED else RowState.REVIEW
        task.kept.keep(row.number, state, row.keepable)


def _read_wishes(task: Task, profile: writes.Profile) -> Wishes:
    options = task.options
    columns = {int(m[1]): value for name, value in options.items() if (m := _COLUMN.fullmatch(name))}
    keep = options.get(_KEEP_TEXT) or profile.options.get(_KEEP_TEXT, "")
    if keep not in {"", "yes", "no"}:
        raise Refused("option_unreadable", option=_KEEP_TEXT)
    return Wishes(
        sheet=options.get("sheet") or None,
        header_from=_row_option(task, "header_from"),
        header_to=_row_option(task, "header_to"),
        columns=columns,
        remembered=profile.columns,
        keep_text=keep == "yes",
        no_accusations=bool(options.get("purpose")),
    )


def _row_option(task: Task, name: str) -> int | None:
    text = task.options.get(name, "")
    if not text:
        return None
    if not re.fullmatch(r"[1-9]\d{0,3}", text):
        raise Refused("option_unreadable", option=name)
    return int(text)


def _remember(task: Task, layout: Layout, profile: writes.Profile, wishes: Wishes) -> None:
    """Store what headers do not say of their columns; a dry run's transaction takes it back."""
    columns = dict(profile.columns)
    for role in layout.roles:
        exact = exact_field(role.cell, layout.kind)
        if role.guess is None and (wishes.columns.get(role.cell.index) == LEFT_OUT or exact in layout.fields):
            columns[normal(role.cell.written)] = LEFT_OUT
        elif role.guess is not None and role.guess.field != exact:
            columns[normal(role.cell.written)] = role.guess.field
    columns.pop("", None)
    options = dict(profile.options)
    if said := task.options.get(_KEEP_TEXT):
        options[_KEEP_TEXT] = said
    writes.write_profile(
        task.session, layout.kind, task.options.get("source", ""), writes.Profile(columns, options),
        task.principal_id,
    )  # fmt: skip
