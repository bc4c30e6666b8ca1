"""What the import page does: send a file once, try it out, import it for good, call a job off, follow it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, html, no_update
from dash.exceptions import PreventUpdate

from callbacks.frame import trouble
from callbacks.imports import browser, starting, uploads
from callbacks.imports.conflicts import adopted
from callbacks.imports.editions import crosswalk
from callbacks.imports.following import follow
from callbacks.imports.ids import Ids, adopt_id, answer_id, crosswalk_id, option_id, rollback_id
from callbacks.imports.layout import TICK_MS
from callbacks.polling import pace, while_asked
from callbacks.tools import Tools
from grid.areas import Level
from grid.ports import ImportDesk
from grid.refusals import Refused
from layers.imports import say_stored
from layers.words import Language, say

_START = (
    Output(Ids.RUN, "data", allow_duplicate=True),
    Output(Ids.NOTE, "children", allow_duplicate=True),
)
_WHILE_STARTING = [(Output(Ids.TRY_OUT, "disabled"), True, False)]
_WHILE_SENDING = [(Output(Ids.SENDING, "hidden"), False, True)]


def wire(app: Dash, tools: Tools) -> None:
    """Register the page's callbacks."""
    browser.wire(app)
    _wire_send(app, tools)
    _wire_try_out(app, tools)
    _wire_again(app, tools)
    _wire_follow(app, tools)
    _wire_editions(app, tools)


def _desk(tools: Tools) -> ImportDesk:
    return tools.store.imports(tools.principal())


def _wire_send(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(Ids.FILE, "data", allow_duplicate=True),
        Output(Ids.DIGEST, "children", allow_duplicate=True),
        Output(Ids.NOTE, "children", allow_duplicate=True),
        Input(Ids.SENT, "data"),
        State(Ids.UPLOAD, "filename"),
        running=_WHILE_SENDING,
        prevent_initial_call=True,
    )
    def send(contents: object, name: object) -> tuple[Any, Any, Any]:
        if contents is None:
            raise PreventUpdate
        return sent(_desk(tools), contents, name, tools.language)


def _wire_try_out(app: Dash, tools: Tools) -> None:
    @app.callback(
        *_START,
        Input(Ids.TRY_OUT, "n_clicks"),
        State(Ids.KIND, "data"),
        State(option_id(ALL), "id"),
        State(option_id(ALL), "value"),
        State(Ids.FILE, "data"),
        running=_WHILE_STARTING,
        prevent_initial_call=True,
    )
    def try_out(clicks: int | None, *asked: Any) -> tuple[Any, Any]:
        return _clicked(clicks, lambda: starting.start_dry_run(_desk(tools), *asked), tools.language)


def _wire_again(app: Dash, tools: Tools) -> None:
    """Register what the buttons below an outcome do; each apart, since not all are always there."""

    @app.callback(
        *_START,
        Input(Ids.TRY_AGAIN, "n_clicks"),
        State(Ids.RUN, "data"),
        State(answer_id(ALL), "id"),
        State(answer_id(ALL), "value"),
        State(Ids.SHOWN, "data"),
        running=_WHILE_STARTING,
        prevent_initial_call=True,
    )
    def try_again(clicks: int | None, *asked: Any) -> tuple[Any, Any]:
        return _clicked(clicks, lambda: starting.start_again(_desk(tools), *asked), tools.language)

    @app.callback(
        *_START,
        Input(Ids.FORGET, "n_clicks"),
        State(Ids.RUN, "data"),
        running=_WHILE_STARTING,
        prevent_initial_call=True,
    )
    def forget(clicks: int | None, run: object) -> tuple[Any, Any]:
        return _clicked(clicks, lambda: starting.forget_and_start(_desk(tools), run), tools.language)

    @app.callback(
        *_START,
        Input(Ids.IMPORT, "n_clicks"),
        State(Ids.RUN, "data"),
        running=_WHILE_STARTING,
        prevent_initial_call=True,
    )
    def import_now(clicks: int | None, run: object) -> tuple[Any, Any]:
        return _clicked(clicks, lambda: starting.start_import(_desk(tools), run), tools.language)


def _wire_follow(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(Ids.PROGRESS, "children"),
        Output(Ids.OUTCOME, "children"),
        Output(Ids.TICK, "disabled"),
        Output(Ids.RECENT, "children"),
        Output(Ids.CANCEL, "hidden"),
        Output(Ids.EDITIONS, "children"),
        pace(Ids.TICK),
        Input(Ids.TICK, "n_intervals"),
        Input(Ids.RUN, "data"),
        running=while_asked(Ids.TICK),
        prevent_initial_call=True,
    )
    def follow_run(_: int | None, run: object) -> tuple[Any, ...]:
        return *follow(_desk(tools), run, tools.language), TICK_MS

    @app.callback(
        Output(Ids.NOTE, "children", allow_duplicate=True),
        Input(Ids.CANCEL, "n_clicks"),
        State(Ids.RUN, "data"),
        prevent_initial_call=True,
    )
    def cancel(clicks: int | None, run: object) -> Any:
        if not clicks:
            raise PreventUpdate
        return cancelled(_desk(tools), run, tools.language)


def _wire_editions(app: Dash, tools: Tools) -> None:
    """Register what writes apart from a file: the way back to an edition, and which of two rows holds."""

    @app.callback(
        Output(Ids.CONFLICTS, "children"),
        Output(Ids.NOTE, "children", allow_duplicate=True),
        Input(adopt_id(ALL, ALL), "n_clicks"),
        prevent_initial_call=True,
    )
    def adopt(clicks: list[int | None]) -> tuple[Any, Any]:
        if not any(clicks):
            raise PreventUpdate
        return settled(_desk(tools), ctx.triggered_id, tools.language)

    @app.callback(*_START, Input(rollback_id(ALL), "n_clicks"), prevent_initial_call=True)
    def roll_back(clicks: list[int | None]) -> tuple[Any, Any]:
        level = (ctx.triggered_id or {}).get("level")
        return _clicked(any(clicks), lambda: starting.start_rollback(_desk(tools), level), tools.language)

    @app.callback(
        Output(Ids.CROSSWALK, "children"), Input(crosswalk_id(ALL), "n_clicks"), prevent_initial_call=True
    )
    def compare(clicks: list[int | None]) -> Any:
        level = (ctx.triggered_id or {}).get("level")
        if not any(clicks) or level not in set(Level):
            raise PreventUpdate
        try:
            return html.Section(
                crosswalk(_desk(tools), Level(level), tools.language), className="imports-card"
            )
        except Refused as refused:
            return trouble(refused, tools.language)


def sent(desk: ImportDesk, contents: object, name: object, language: Language) -> tuple[Any, Any, Any]:
    """Return the file that was sent for the page to keep, with its fingerprint, or why it was refused."""
    try:
        kept = starting.keep_file(desk, contents, name)
    except Refused as refused:
        return None, None, say_stored(f"refusals.{refused.code}", language, **refused.facts)
    return kept.to_browser(), say("imports.file.digest", language, sha256=kept.sha256), None


def settled(desk: ImportDesk, button: object, language: Language) -> tuple[Any, Any]:
    """Let the row of a button hold; returns the conflicts as they are now, or why it was refused."""
    asked = button if isinstance(button, dict) else {}
    try:
        batch, row = uploads.read_number(asked.get("batch")), uploads.read_number(asked.get("row"))
        return adopted(desk, batch, row, language), None
    except Refused as refused:
        return no_update, say_stored(f"refusals.{refused.code}", language, **refused.facts)


def cancelled(desk: ImportDesk, run: object, language: Language) -> Any:
    """Ask for the job at hand to be given up; returns why that was refused, none where it was not."""
    try:
        followed = uploads.read_run(run)
        if followed is not None:
            desk.cancel(followed.job)
    except Refused as refused:
        return say_stored(f"refusals.{refused.code}", language, **refused.facts)
    return None


def started(start: Callable[[], uploads.Run], language: Language) -> tuple[Any, Any]:
    """Return the run that ``start`` began for the page to keep, or what it was refused for."""
    try:
        return start().to_browser(), None
    except Refused as refused:
        return no_update, say_stored(f"refusals.{refused.code}", language, **refused.facts)


def _clicked(
    clicks: int | bool | None, start: Callable[[], uploads.Run], language: Language
) -> tuple[Any, Any]:
    # A button that is laid out anew is no click.
    if not clicks:
        raise PreventUpdate
    return started(start, language)
