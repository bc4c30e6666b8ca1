"""Rows that contradict each other, side by side, with what differs marked and a way to say which holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from callbacks.imports.ids import Ids, adopt_id
from grid.findings import Conflict, ImportReport
from grid.ports import ImportDesk
from layers.words import Language, say


def conflicting(report: ImportReport, conflicts: Sequence[Conflict], language: Language) -> Any:
    """Return the conflicts of a batch, none where there are none; only what was imported can be settled."""
    if not conflicts:
        return None
    about = say(f"conflicts.{'about_dry' if report.dry_run else 'about'}", language)
    batch = None if report.dry_run else report.batch_id
    shown = len({row for conflict in conflicts for row, _ in conflict.rows})
    more = html.P(say("conflicts.some", language, shown=len(conflicts)), className="imports-muted")
    return html.Section(
        [
            html.H3(say("conflicts.title", language)),
            html.P(about, className="imports-muted"),
            *(_conflict(conflict, batch, language) for conflict in conflicts),
            more if report.quarantined > shown else None,
        ],
        className="imports-conflicts",
        id=Ids.CONFLICTS,
    )


def adopted(desk: ImportDesk, batch: int, row: int, language: Language) -> Any:
    """Let a row hold and return the conflicts as they are now; raises ``Refused``."""
    desk.settle(batch, row)
    shown = conflicting(desk.report(batch), desk.conflicts(batch), language)
    return [html.P(say("conflicts.adopted", language, row=row), role="status"), *shown.children]


def _conflict(conflict: Conflict, batch: int | None, language: Language) -> Any:
    headers = list(dict.fromkeys(header for _, cells in conflict.rows for header in cells))
    differing = {
        header for header in headers if len({cells.get(header, "") for _, cells in conflict.rows}) > 1
    }
    heads = [html.Th("", scope="col"), *(_head(row, conflict, batch, language) for row, _ in conflict.rows)]
    rows = [_row(header, conflict, header in differing) for header in headers]
    return html.Table(
        [
            html.Caption(say("conflicts.number", language, key=conflict.key)),
            html.Thead(html.Tr(heads)),
            html.Tbody(rows),
        ],
        className="imports-conflict",
    )


def _head(row: int, conflict: Conflict, batch: int | None, language: Language) -> Any:
    name = say("conflicts.row", language, row=row)
    if conflict.settled is not None:
        mark = html.Span(say("conflicts.settled", language), className="imports-settled")
        return html.Th([name, mark if row == conflict.settled else None], scope="col")
    if batch is None:
        return html.Th(name, scope="col")
    adopt = html.Button(say("conflicts.adopt", language), id=adopt_id(batch, row), className="imports-button")
    return html.Th([name, adopt], scope="col")


def _row(header: str, conflict: Conflict, differs: bool) -> Any:
    cells = [html.Td(html.Mark(text) if differs and text else text or "—") for text in
             (cells.get(header, "") for _, cells in conflict.rows)]  # fmt: skip
    return html.Tr([html.Th(header, scope="row"), *cells], className="imports-differs" if differs else "")
