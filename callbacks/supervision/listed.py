"""The list of cases: what is due first on top, a page at a time, each with who is next."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.frame import labelled
from callbacks.office_pages import ShownPage, office_pages
from callbacks.supervision.asked import Asked
from callbacks.supervision.marks import HIDDEN, office, procedure_name, standing_mark, step_name, subject
from grid.supervision.register import PAGE_ROWS, CasePage, CaseRow, Standing
from layers.numbers import grouped
from layers.words import Language, say

_COLUMNS = ("subject", "procedure", "unit", "opened", "next", "due", "standing")


def listed(shown: CasePage, asked: Asked, language: Language) -> Any:
    """Return the table of a page with how many there are and ways to the other pages."""
    heads = [html.Th(say(f"supervision.column.{name}", language), scope="col") for name in _COLUMNS]
    table = html.Table(
        [html.Thead(html.Tr(heads)), html.Tbody([_row(row, asked, language) for row in shown.rows])],
        className="office-table supervision-table",
        **labelled(say("supervision.table", language)),
    )
    return html.Section([table, _pages(shown, asked, language)], className="supervision-list")


def _row(row: CaseRow, asked: Asked, language: Language) -> Any:
    here = row.id == asked.case
    current: Any = {"aria-current": "true"} if here else {}
    about = dcc.Link(
        subject(row, language), href=asked.address(case=row.id, new=None), className="supervision-open"
    )
    following = row.state.next
    due = following.due_on.isoformat() if following and following.due_on else "—"
    cells = (
        html.Td([about, _reason(row)], className="supervision-about"),
        html.Td(procedure_name(row.procedure.code, language)),
        html.Td(row.unit or "—"),
        html.Td(row.state.case.opened_on.isoformat(), className="supervision-day"),
        html.Td(_next(row, language)),
        html.Td(due, className="supervision-day"),
        html.Td(standing_mark(row, language)),
    )
    return html.Tr(
        list(cells), className="supervision-row" + (" supervision-row-here" if here else ""), **current
    )


def _reason(row: CaseRow) -> Any:
    """Why it was opened, as far as a line goes; the whole stands in the case."""
    return html.Small(row.reason, title=row.reason, className="supervision-reason") if row.reason else None


def _next(row: CaseRow, language: Language) -> Any:
    if row.standing is Standing.ENDED:
        return html.Span(row.outcome, className="supervision-outcome")
    following = row.state.next
    if following is None:
        goes_on = all(step.monthly for step in row.procedure.steps)
        words = say("supervision.kept_up" if goes_on else "supervision.to_be_ended", language)
        return html.Span(words, className="office-muted")
    who = office(following.step.owner, row, language)
    return [html.Span(step_name(following.step.code, language)), html.Small(who, className="supervision-who")]


def _pages(shown: CasePage, asked: Asked, language: Language) -> Any:
    page = ShownPage(asked.page, shown.pages, len(shown.rows), PAGE_ROWS, shown.on)
    count = say("supervision.total", language, count=grouped(shown.total))
    keys = html.Span(say("supervision.keys", language), className="office-muted supervision-keys", **HIDDEN)
    return office_pages(page, count, lambda number: asked.address(page=number), language, keys)
