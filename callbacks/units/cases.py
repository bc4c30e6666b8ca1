"""Supervision (督办) of one unit: the cases that are open, what is due first on top."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.frame import trouble
from callbacks.supervision.asked import Asked
from callbacks.supervision.marks import procedure_name, standing_mark, subject
from callbacks.tools import Tools
from grid.refusals import Refused
from grid.supervision.register import CasePage, CaseRow, SupervisionQuestion
from grid.unit_card import UnitCard
from layers.numbers import grouped
from layers.words import Language, say

_MOST_SHOWN = 6


def cases_card(tools: Tools, card: UnitCard) -> Any:
    """Return the unit's open cases with the way to all of them."""
    language, title = tools.language, html.H2(say("units.cases.title", tools.language))
    asked = Asked(unit=card.subject.unit_id)
    try:
        found = tools.store.supervision(tools.principal()).page(SupervisionQuestion(unit_id=asked.unit))
        parts = _found(found, asked, language)
    except Refused as refused:
        parts = [trouble(refused, language)]
    return html.Section([title, *parts], className="office-card units-cases")


def _found(found: CasePage, asked: Asked, language: Language) -> list[Any]:
    open_, late = found.by_standing.open, found.by_standing.overdue
    counts = say("units.cases.counts", language, open=grouped(open_), overdue=grouped(late))
    all_of_them = dcc.Link(say("units.cases.all", language), href=asked.address(), className="office-clear")
    head = html.P([html.Span(counts), " ", all_of_them], className="office-muted")
    if not found.rows:
        return [html.P(say("units.cases.none", language), className="office-muted")]
    rows = [_row(row, asked, language) for row in found.rows[:_MOST_SHOWN]]
    return [head, html.Ul(rows, className="units-case-list")]


def _row(row: CaseRow, asked: Asked, language: Language) -> Any:
    following = row.state.next
    due = following.due_on.isoformat() if following and following.due_on else "—"
    link = dcc.Link(subject(row, language), href=asked.address(case=row.id))
    name = html.B(procedure_name(row.procedure.code, language))
    return html.Li([name, link, html.Span(due), standing_mark(row, language)])
