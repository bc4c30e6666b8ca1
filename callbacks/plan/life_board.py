"""The board's part about its draft: whether it may be proposed, and what another saved meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from callbacks.plan.board import Board, board_book, board_data, draft_of, open_board, read_board
from callbacks.plan.ids import Id
from callbacks.plan.life_asked import read_said, read_text
from callbacks.plan.life_ids import LifeId, LifeKind, of_step
from callbacks.plan.life_panels import address, blocker_list
from callbacks.plan.life_wiring import was_clicked
from callbacks.tools import Tools
from grid.coverage import CoverageBook, CoveragePlan
from grid.planning import PlanStep, PlanStepKind, edits_between
from grid.planning.lifecycle import LONGEST_WORDS
from grid.planning.merging import Merge, merge
from grid.ports import PlanDesk
from grid.refusals import Refused
from layers.plan_life_words import Names, clash_words, edit_words, moment, step_words
from layers.words import Language, say, say_refusal

_REDO, _SAVE_AS = "redo", "save_as"


def life_part(language: Language) -> list[Any]:
    """Return what the board's place for it holds: the draft's standing, proposing, and conflicts."""
    return [
        dcc.Store(id=LifeId.BEGUN),
        dcc.Location(id=LifeId.GO, refresh="callback-nav"),
        html.Div(id=LifeId.STATE, className="life-board-state"),
        html.Details(
            [
                html.Summary(say("plan_life.propose.open", language)),
                html.Label(
                    [
                        html.Span(say("plan_life.field.propose_words", language)),
                        dcc.Textarea(id=LifeId.NOTE, maxLength=LONGEST_WORDS, className="office-input"),
                    ],
                    className="office-field",
                ),
                html.Button(
                    say("plan_life.do.propose", language),
                    id=LifeId.PROPOSE,
                    type="button",
                    className="plan-save",
                ),
            ],
            className="life-propose",
        ),
        html.Div(id=LifeId.PROPOSED, className="plan-alert", role="alert"),
        html.P(dcc.Link(say("plan_life.to_history", language), href=address(), refresh=True)),
    ]


def wire_life_board(app: Dash, tools: Tools) -> None:
    """Register the callbacks of the board's part."""
    begun = ClientsideFunction("planLife", "begun")
    app.clientside_callback(
        begun,
        Output(LifeId.BEGUN, "data"),
        Input(Id.OPENED, "data"),
        Input(Id.SAVED_AS, "data"),
        State(LifeId.BEGUN, "data"),
    )
    _wire_state(app, tools)
    _wire_proposing(app, tools)
    _wire_conflict(app, tools)


def _wire_state(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(LifeId.STATE, "children"),
        Input(Id.OPENED, "data"),
        Input(Id.SAVED_AS, "data"),
        State(Id.BOARD, "data"),
    )
    def state(opened: object, saved: object, data: object) -> Any:
        try:
            board = read_board(opened if data is None else data)
            if board.town:
                return None
            draft_id = _draft_of(saved) or board.draft_id
            return _standing(tools.store.plan(tools.principal()), draft_id, tools.language)
        except Refused:
            # What is wrong with the board is said where it is shown.
            return no_update


def _wire_proposing(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(LifeId.GO, "href"),
        Output(LifeId.PROPOSED, "children"),
        Input(LifeId.PROPOSE, "n_clicks"),
        State(LifeId.NOTE, "value"),
        State(Id.BOARD, "data"),
        prevent_initial_call=True,
    )
    def propose(clicks: object, note: object, data: object) -> tuple[Any, Any]:
        if not was_clicked():
            raise PreventUpdate
        port = tools.store.plan(tools.principal())
        try:
            board = read_board(data)
            _check_saved(port, board)
            plan = port.propose(board.draft_id, board.version, read_text(note))
        except Refused as refused:
            return no_update, say_refusal(refused, tools.language)
        return address(plan.id), None


def _wire_conflict(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(LifeId.CONFLICT, "children"),
        Input(Id.SAVED, "children"),
        State(Id.SAVED_AS, "data"),
        State(Id.BOARD, "data"),
        State(LifeId.BEGUN, "data"),
        prevent_initial_call=True,
    )
    def told(words: object, saved: object, data: object, begun: object) -> Any:
        try:
            board = read_board(data)
            port = tools.store.plan(tools.principal())
            if board.town or not board.draft_id or not _is_behind(port, board, saved):
                return None
            return _conflict(port, board, read_board(begun), tools.language)
        except Refused as refused:
            return say_refusal(refused, tools.language)

    @app.callback(
        Output(Id.OPENED, "data", allow_duplicate=True),
        Output(LifeId.CONFLICT, "children", allow_duplicate=True),
        Output(LifeId.GO, "href", allow_duplicate=True),
        Input(of_step(LifeKind.SETTLE, ALL), "n_clicks"),
        State(of_step(LifeKind.RENAME, ALL), "value"),
        State(Id.BOARD, "data"),
        State(LifeId.BEGUN, "data"),
        prevent_initial_call=True,
    )
    def settle(clicks: object, names: object, data: object, begun: object) -> tuple[Any, Any, Any]:
        if not was_clicked():
            raise PreventUpdate
        port = tools.store.plan(tools.principal())
        way = ctx.triggered_id.get("step") if isinstance(ctx.triggered_id, dict) else None
        fields = ctx.states_list[0] if ctx.states_list else []
        try:
            board = read_board(data)
            if way == _SAVE_AS:
                saved = _saved_as(port, board, read_text(read_said(fields, _SAVE_AS)))
                return no_update, None, f"/plan?plan={saved.id}"
            return *_redone(port, board, read_board(begun), tools.language), no_update
        except Refused as refused:
            return no_update, say_refusal(refused, tools.language), no_update


def _standing(port: PlanDesk, draft_id: int, language: Language) -> Any:
    if not draft_id:
        return html.P(say("plan_life.propose.unsaved", language), className="plan-hint")
    steps = port.steps(draft_id)
    book = port.plan_book(draft_id)
    # What was sent back says why.
    last = [step for step in steps if step.kind in {PlanStepKind.RETURN, PlanStepKind.WITHDRAW}][-1:]
    return [
        *(
            html.P([step_words(step, language), html.Blockquote(step.words) if step.words else None])
            for step in dict.fromkeys((*last, *steps[-1:]))
        ),
        blocker_list(port.blockers(draft_id), Names.of_book(book, language)),
    ]


def _check_saved(port: PlanDesk, board: Board) -> None:
    """Raise ``Refused('plan_unsaved')`` where what is proposed would not be what is on the board."""
    if not board.draft_id:
        raise Refused("plan_unsaved")
    shown = board_book(board, port.plan_book(board.base_id))
    stored = port.plan_book(board.draft_id).plan
    if stored.version == board.version and edits_between(shown, stored):
        raise Refused("plan_unsaved")


def _is_behind(port: PlanDesk, board: Board, saved: object) -> bool:
    """Return whether another saved the board's draft since it was opened or last saved here."""
    stored = next((draft for draft in port.drafts() if draft.id == board.draft_id), None)
    mine = {board.version}
    if isinstance(saved, dict) and saved.get("draft") == board.draft_id:
        # A save that has just succeeded may not have reached the board yet.
        mine.add(_number(saved.get("version")))
    return stored is not None and stored.version not in mine


def _conflict(port: PlanDesk, board: Board, begun: Board, language: Language) -> Any:
    merged, theirs = _merged(port, board, begun)
    saver = _last_save(port.steps(board.draft_id))
    names = Names.of_book(merged.merged, language)
    who = {"by": saver.by, "at": moment(saver.at)} if saver else {"by": "—", "at": "—"}
    open_theirs = dcc.Link(
        say("plan_life.conflict.open", language), href=f"/plan?plan={board.draft_id}", refresh=True
    )
    return html.Div(
        [
            html.P(
                say("plan_life.conflict.told", language, version=theirs.version, **who),
                className="plan-alert",
            ),
            _edit_list("theirs", merged.theirs, names),
            _edit_list("mine", merged.mine, names),
            *_clash_lines(merged, names),
            html.Div(
                [
                    html.Button(
                        say("plan_life.conflict.redo", language),
                        id=of_step(LifeKind.SETTLE, _REDO),
                        type="button",
                        className="plan-save",
                    ),
                    dcc.Input(
                        id=of_step(LifeKind.RENAME, _SAVE_AS),
                        value=say("plan_life.conflict.copy", language, name=board.name)[:60],
                        maxLength=60,
                    ),
                    html.Button(
                        say("plan_life.conflict.save_as", language),
                        id=of_step(LifeKind.SETTLE, _SAVE_AS),
                        type="button",
                        className="plan-save",
                    ),
                    open_theirs,
                ],
                className="life-ways",
            ),
        ],
        className="life-conflict",
        role="alert",
    )


def _edit_list(whose: str, edits: Any, names: Names) -> Any:
    title = say(f"plan_life.conflict.{whose}", names.language, count=len(edits))
    lines = html.Ul([html.Li(edit_words(one, names)) for one in edits])
    return html.Details([html.Summary(title), lines], open=True)


def _clash_lines(merged: Merge, names: Names) -> list[Any]:
    lines = [clash_words(one, names) for one in merged.clashes]
    lines += [
        say("plan_life.conflict.lost", names.language, edit=edit_words(one, names)) for one in merged.lost
    ]
    if not lines:
        return [html.P(say("plan_life.conflict.none", names.language), className="life-whole")]
    title = say("plan_life.conflict.clashes", names.language, count=len(lines))
    return [html.P(title, className="plan-alert"), html.Ul([html.Li(one) for one in lines])]


def _merged(port: PlanDesk, board: Board, begun: Board) -> tuple[Merge, CoveragePlan]:
    base, theirs = port.plan_book(board.base_id), port.plan_book(board.draft_id).plan
    opened = board_book(replace(begun, base_id=board.base_id), base)
    return merge(opened, theirs, board_book(board, base).plan), theirs


def _redone(port: PlanDesk, board: Board, begun: Board, language: Language) -> tuple[Any, Any]:
    """Return the board with my edits upon theirs, with which it began then, and what is to be seen."""
    merged, theirs = _merged(port, board, begun)
    base: CoverageBook = port.plan_book(board.base_id)
    plan = replace(merged.merged.plan, id=theirs.id, version=theirs.version, name=board.name or theirs.name)
    made = board_data(open_board(base, plan)) | {"begun": board_data(open_board(base, theirs))}
    names = Names.of_book(merged.merged, language)
    done = html.P(say("plan_life.conflict.done", language, version=theirs.version))
    return made, html.Div([done, *_clash_lines(merged, names)], className="life-conflict")


def _saved_as(port: PlanDesk, board: Board, name: str) -> CoveragePlan:
    book = board_book(board, port.plan_book(board.base_id))
    return port.save_draft(draft_of(replace(board, draft_id=0, version=0), book, name))


def _last_save(steps: tuple[PlanStep, ...]) -> PlanStep | None:
    return next((step for step in reversed(steps) if step.kind is PlanStepKind.SAVE), None)


def _draft_of(saved: object) -> int:
    return _number(saved.get("draft")) if isinstance(saved, dict) else 0


def _number(value: object) -> int:
    return value if type(value) is int and value > 0 else 0
