"""Views of tables: what a person is shown of a layout, and what the ledger says of its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from data.intake.ledger import Ledger
from data.intake.personal.persons import redact
from data.intake.tables import headers
from data.intake.tables.layout import ColumnRole, Layout
from data.intake.tables.values import Cell, plain
from grid.inspection import ColumnView, GuessSource, TableView

_SAMPLES = 3
_LONGEST_SAMPLE = 40
_WORDLIKE = frozenset(
    {"channel", "purpose", "category", "track", "stage", "repeat", "backlog", "evaluation", "datum", "level",
     "kind", "parity", "state", "received_on", "registered_on", "forwarded_on", "unit_received_on",
     "accepted_on", "noticed_on", "extended_on", "replied_on", "evaluated_on", "closed_on", "resubmitted_on",
     "backlog_resolved_on", "head_read_on", "backlog_tier", "heads", "submissions", "extension_days"}
)  # fmt: skip
"""Fields whose values say nothing of a single matter."""


def view_table(layout: Layout, sheet: str, sheets: Sequence[str]) -> TableView:
    """Return a layout as a person is shown it."""
    return TableView(
        sheet=sheet,
        sheets=tuple(sheets),
        header_from=layout.head.first + 1,
        header_to=layout.head.last + 1,
        columns=tuple(_view_column(role) for role in layout.roles if _shown(role)),
        fields=layout.offered,
        missing=layout.missing,
    )


def _shown(role: ColumnRole) -> bool:
    return bool(role.cell.written or role.values or role.personal or role.text)


def _view_column(role: ColumnRole) -> ColumnView:
    field = "" if role.guess is None else role.guess.field
    samples = _samples(role.values if field in _WORDLIKE else role.shown)
    if field == "matter_no":
        # The number of a matter may be that of an accusation that stands further down.
        samples = tuple(dict.fromkeys(re.sub(r"\d", "#", sample) for sample in samples))
    return ColumnView(
        index=role.cell.index,
        header=redact(role.cell.written)[0],
        field=field,
        source=GuessSource.NONE if role.guess is None else role.guess.source,
        personal=role.personal,
        samples=samples,
    )


def _samples(values: Sequence[Cell]) -> tuple[str, ...]:
    texts = dict.fromkeys(redact(plain(value))[0][:_LONGEST_SAMPLE] for value in values)
    return tuple(list(texts)[:_SAMPLES])


def tell_columns(layout: Layout, ledger: Ledger) -> None:
    """Say which columns were not read and why, and how many held personal data."""
    number = layout.head.last + 1
    known = headers.BY_KIND[layout.kind]
    dropped = 0
    for role in layout.roles:
        written = role.cell.written
        if role.guess is not None:
            if role.guess.source is GuessSource.VALUES:
                shown = written or layout.header[role.guess.field]
                ledger.note("column_guessed", number, shown, field=known[role.guess.field][0])
        elif role.personal:
            dropped += 1
            ledger.note("person_column_dropped", number, written)
        elif written:
            ledger.note(_why_unused(role, layout), number, written)
    if dropped:
        ledger.tally("person_columns_dropped", dropped)


def _why_unused(role: ColumnRole, layout: Layout) -> str:
    if role.text:
        return "text_column_dropped"
    named = any(
        headers.field_of(name, headers.BY_KIND[layout.kind]) in layout.fields for name in role.cell.names
    )
    return "column_twice" if named else "column_unknown"
