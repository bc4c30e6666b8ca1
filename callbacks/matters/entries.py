"""What the bureau enters of a matter's clocks, read from a browser that is not trusted."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import Dash, Input, Output, State, ctx
from dash.exceptions import PreventUpdate

from callbacks.frame import trouble
from callbacks.matters.asked import read_id
from callbacks.matters.detail import detail_panel
from callbacks.matters.ids import Id
from callbacks.tools import Tools
from grid.clocks.events import ClockEvent, EventKind
from grid.ports import MattersDesk
from grid.principals import Role
from grid.refusals import Refused
from layers.words import Language, say_refusal

_LONGEST_TERM = 999
_LONGEST_TEXT = 500
_KINDS = {Id.EXTEND: EventKind.EXTENDED, Id.PAUSE: EventKind.PAUSED, Id.RESUME: EventKind.RESUMED}


def wire(app: Dash, tools: Tools) -> None:
    """Register the callback of the form."""

    @app.callback(
        Output(Id.DETAIL, "children", allow_duplicate=True),
        *(Input(id_, "n_clicks") for id_ in _KINDS),
        State(Id.EXTEND_DAYS, "value"),
        State(Id.EXTEND_APPROVER, "value"),
        State(Id.EXTEND_REASON, "value"),
        State(Id.EVENT_DAY, "value"),
        State(Id.CHOSEN, "data"),
        prevent_initial_call=True,
    )
    def enter(*asked: object) -> Any:
        clicked = bool(ctx.triggered and ctx.triggered[0]["value"])
        if not clicked or tools.principal().role is not Role.BUREAU or ctx.triggered_id not in set(_KINDS):
            raise PreventUpdate
        desk = tools.store.matters(tools.principal())
        return entered(desk, _KINDS[Id(ctx.triggered_id)], asked[3:], tools.language)


def entered(desk: MattersDesk, kind: EventKind, asked: tuple[object, ...], language: Language) -> Any:
    """Return a matter's details after an entry, or with why it was refused."""
    problem = None
    *said, chosen = asked
    try:
        wanted = read_id(chosen)
        try:
            desk.record_event(wanted, read_event(kind, said, desk.city().today))
        except Refused as refused:
            problem = say_refusal(refused, language)
        return detail_panel(desk.detail(wanted), language, entry_problem=problem)
    except Refused as refused:
        return trouble(refused, language)


def read_event(kind: EventKind, said: list[object], today: date) -> ClockEvent:
    """Return what was entered; on ``today`` where no day was.

    Raises ``Refused``: ``clock_event_day``, ``clock_extension_days`` or those of ``ClockEvent``.
    """
    days, approver, reason, day = said
    on = _day(day, today)
    if kind is not EventKind.EXTENDED:
        return ClockEvent(kind, on)
    return ClockEvent(kind, on, _count(days), _text(approver), _text(reason))


def _day(value: object, today: date) -> date:
    if value in (None, ""):
        return today
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise Refused("clock_event_day") from None


def _count(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 3:
        value = int(value)
    if type(value) is not int or not 1 <= value <= _LONGEST_TERM:
        raise Refused("clock_extension_days")
    return value


def _text(value: object) -> str:
    text = value.strip()[:_LONGEST_TEXT] if isinstance(value, str) else ""
    return "".join(letter for letter in text if letter.isprintable())
