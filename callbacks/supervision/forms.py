"""Forms of supervision: take a step, end a case, open one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dash import dcc, html

from callbacks.dropdowns import dropdown_words
from callbacks.supervision.asked import EVERYONE, Asked
from callbacks.supervision.ids import Id, Part, Told, of_new, of_step
from callbacks.supervision.marks import close_link, length_words, procedure_name, step_name
from grid.principals import Role
from grid.supervision.cases import StepState
from grid.supervision.procedures import (
    LONGEST_OFFICIAL,
    LONGEST_WORDS,
    Field,
    Owner,
    Procedure,
    ProcedureBook,
    SubjectKind,
)
from grid.supervision.register import CaseRow, Choice
from layers.words import Language, say


def step_form(one: StepState, on: date, language: Language) -> Any:
    """Return the form of a step that its reader may take now."""
    code, turn, needs = one.step.code, one.turn, one.step.needs
    fields: list[Any] = []
    if Field.DAY in needs:
        kind: Any = "date"
        day = dcc.Input(
            id=of_step(Part.DAY, code, turn), type=kind, value=on.isoformat(), className="office-input"
        )
        fields.append(_field("day", day, language))
    if Field.OFFICIAL in needs:
        post = dcc.Input(
            id=of_step(Part.OFFICIAL, code, turn),
            type="text",
            maxLength=LONGEST_OFFICIAL,
            autoComplete="off",
            placeholder=say("supervision.form.official_hint", language),
            className="office-input",
        )
        fields.append(_field("official", post, language))
    if Field.WORDS in needs:
        fields.append(_field("words", _area(of_step(Part.WORDS, code, turn)), language))
    button = html.Button(
        say("supervision.form.take", language, step=step_name(code, language)),
        id=of_step(Part.TAKE, code, turn),
        type="button",
        className="office-button office-primary",
    )
    return html.Div([*fields, button], className="supervision-form", role="group")


def end_form(row: CaseRow, language: Language) -> Any:
    """Return how a case is ended: only with every step that is owed, or withdrawn with a reason."""
    missing = [step_name(code, language) for code in dict.fromkeys(row.state.missing)]
    why = html.P(say("supervision.end.missing", language, steps="、".join(missing)), className="office-muted")
    end = html.Button(
        say("supervision.end.button", language),
        id=Id.END,
        type="button",
        disabled=bool(missing),
        className="office-button",
    )
    withdraw = html.Button(
        say("supervision.end.withdraw", language),
        id=Id.WITHDRAW,
        type="button",
        className="office-button office-danger",
    )
    outcome = _area(Id.OUTCOME)
    return html.Details(
        [
            html.Summary(say("supervision.end.title", language)),
            html.Div(
                [
                    why if missing else None,
                    _field("outcome", outcome, language),
                    html.Div([end, withdraw], className="supervision-buttons"),
                ],
                className="supervision-form",
            ),
        ],
        open=not missing and row.procedure.subject is not SubjectKind.LEADER,
        className="matters-part supervision-ending",
    )


def procedure_choice(book: ProcedureBook, asked: Asked, role: Role, language: Language) -> Any:
    """Return the procedures that a role may open, each as a link to its form."""
    mine = [one for one in book.current if one.may_be_opened_by(role)]
    links = [
        html.Li(
            [
                dcc.Link(procedure_name(one.code, language), href=asked.address(new=one.code, case=None)),
                html.Span(say(f"supervision.explained.{one.code}", language), className="office-muted"),
            ]
        )
        for one in mine
    ]
    return html.Ul(links, className="supervision-choice")


def open_form(
    procedure: Procedure, units: Sequence[Choice], leaders: Sequence[Choice], asked: Asked, language: Language
) -> list[Any]:
    """Return the form of a new case of a procedure."""
    steps = html.Ol(
        [html.Li(line) for line in length_words(procedure, language)], className="supervision-lengths"
    )
    button = html.Button(
        say("supervision.open.button", language),
        id=Id.OPEN,
        type="button",
        className="office-button office-primary",
    )
    reason = None
    if procedure.subject is not SubjectKind.LEADER:
        reason = _field("reason", _area(of_new(Told.REASON)), language)
    close = close_link(asked.address(new=None), language)
    return [
        close,
        html.P(say("supervision.open.title", language), className="supervision-kind"),
        html.H2(procedure_name(procedure.code, language)),
        html.P(say(f"supervision.explained.{procedure.code}", language), className="office-muted"),
        html.Details(
            [html.Summary(say("supervision.open.steps", language)), steps], className="matters-part"
        ),
        html.Div(id=Id.PROBLEM, className="supervision-problem", role="alert"),
        html.Div(
            [_subject(procedure, units, leaders, language), reason, button],
            className="supervision-form matters-part",
        ),
    ]


def _subject(
    procedure: Procedure, units: Sequence[Choice], leaders: Sequence[Choice], language: Language
) -> Any:
    if procedure.subject is SubjectKind.MATTER:
        number = dcc.Input(
            id=of_new(Told.NUMBER), type="text", maxLength=64, autoComplete="off", className="office-input"
        )
        return _field("number", number, language)
    if procedure.subject is SubjectKind.UNIT:
        calls = procedure.opened_by is Owner.TOWN
        offered = [one for one in units if one.is_department or not calls]
        return _field(
            "department" if calls else "unit",
            _dropdown(of_new(Told.UNIT), _options(offered), language),
            language,
        )
    every = {"label": say("supervision.open.every_leader", language), "value": EVERYONE}
    return _field("leader", _dropdown(of_new(Told.LEADER), [every, *_options(leaders)], language), language)


def _options(choices: Sequence[Choice]) -> list[dict[str, Any]]:
    return [{"label": one.name, "value": one.id} for one in choices]


def _dropdown(at: Any, options: list[dict[str, Any]], language: Language) -> Any:
    return dcc.Dropdown(
        options,
        id=at,
        clearable=True,
        placeholder=say("supervision.form.choose", language),
        labels=dropdown_words(language),
    )


def _area(at: Any) -> Any:
    return dcc.Textarea(id=at, maxLength=LONGEST_WORDS, rows=3, className="office-input supervision-text")


def _field(name: str, control: Any, language: Language) -> Any:
    return html.Label(
        [html.Span(say(f"supervision.form.{name}", language)), control], className="office-field"
    )
