"""Wiring of the audit page: verifying the chain."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State
from dash.exceptions import PreventUpdate

from callbacks.audit.chain import verdict
from callbacks.audit.ids import Ids
from callbacks.frame import trouble
from callbacks.tools import Tools
from grid.audits import read_head
from grid.ports import AuditDesk
from grid.refusals import Refused
from layers.words import Language

_WHILE_VERIFYING = [
    (Output(Ids.VERIFY, "disabled"), True, False),
    (Output(Ids.VERIFYING, "hidden"), False, True),
]


def wire(app: Dash, tools: Tools) -> None:
    """Register the page's callback."""

    @app.callback(
        Output(Ids.VERDICT, "children"),
        Input(Ids.VERIFY, "n_clicks"),
        State(Ids.NOTED, "value"),
        running=_WHILE_VERIFYING,
        prevent_initial_call=True,
    )
    def verify_now(clicks: int | None, noted: object) -> Any:
        if not clicks:
            raise PreventUpdate
        return verify(tools.store.audit(tools.principal()), noted, tools.language)


def verify(book: AuditDesk, noted: object, language: Language) -> Any:
    """Return what a verification finds, also against a head that was noted down, where one is given."""
    text = noted.strip() if isinstance(noted, str) else ""
    try:
        return verdict(book.verify(read_head(text) if text else None), language)
    except Refused as refused:
        return [trouble(refused, language)]
