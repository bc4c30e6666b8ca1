"""One case beside the list: what it is about, its steps as a line of time, and the forms of one's own."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import html

from callbacks.supervision.asked import Asked
from callbacks.supervision.forms import end_form, step_form
from callbacks.supervision.ids import Id
from callbacks.supervision.marks import (
    close_link,
    hours_words,
    office,
    procedure_name,
    standing_mark,
    step_mark,
    step_name,
    subject,
)
from grid.principals import Role
from grid.supervision.cases import StepState, may_take
from grid.supervision.procedures import OPENING, SubjectKind
from grid.supervision.register import CaseRow
from layers.numbers import in_city_time
from layers.words import Language, say

SHOWN_TURNS = 4
"""Of a step that comes round the latest turns are shown; the rest open with a click."""


def case_panel(row: CaseRow, asked: Asked, role: Role, on: date, language: Language) -> list[Any]:
    """Return one case: its head, its time line with forms, and its end."""
    close = close_link(asked.address(case=None), language)
    return [
        close,
        html.P(procedure_name(row.procedure.code, language), className="supervision-kind"),
        html.H2(subject(row, language)),
        html.P(standing_mark(row, language), className="supervision-standing"),
        _about(row, language),
        html.Div(id=Id.PROBLEM, className="supervision-problem", role="alert"),
        _timeline(row, role, on, language),
        _end(row, role, language),
    ]


def _about(row: CaseRow, language: Language) -> Any:
    case = row.state.case
    how = "automatic" if row.is_automatic else "by_hand"
    pairs = [("opened", say(f"supervision.opened.{how}", language, day=case.opened_on.isoformat()))]
    if row.procedure.subject is SubjectKind.MATTER:
        pairs.append(("unit", row.unit or say("supervision.no_unit", language)))
        if row.category is not None:
            pairs.append(("category", say(f"category.{row.category}", language)))
    if row.reason:
        pairs.append(("reason", row.reason))
    words = [
        html.Div([html.Dt(say(f"supervision.about.{name}", language)), html.Dd(text)]) for name, text in pairs
    ]
    return html.Section(html.Dl(words), className="matters-part")


def _timeline(row: CaseRow, role: Role, on: date, language: Language) -> Any:
    mine = {(one.step.code, one.turn): one for one in may_take(row.state, role)}
    early, shown = _folded(row.state.steps)
    items = []
    for one in shown:
        # The first open turn holds the form; later ones of the same step wait for it.
        form = mine.pop((one.step.code, one.turn), None) if one.done is None else None
        items.append(_item(one, row, step_form(form, on, language) if form else None, language))
    items += [_item(one, row, step_form(one, on, language), language) for one in mine.values()]
    older = html.Details(
        [
            html.Summary(say("supervision.timeline.earlier", language, count=len(early))),
            html.Ol([_item(one, row, None, language) for one in early], className="supervision-line"),
        ],
        className="supervision-earlier",
    )
    return html.Section(
        [
            html.H3(say("supervision.timeline.title", language)),
            older if early else None,
            html.Ol(items, className="supervision-line"),
        ],
        className="matters-part",
    )


def _folded(steps: tuple[StepState, ...]) -> tuple[list[StepState], list[StepState]]:
    """Return the done turns of steps that come round which are too many to show, and the rest in order."""
    done = [one for one in steps if one.step.monthly and one.done is not None]
    early = set(done[: max(0, len(done) - SHOWN_TURNS)])
    return [one for one in steps if one in early], [one for one in steps if one not in early]


def _item(one: StepState, row: CaseRow, form: Any, language: Language) -> Any:
    state = one.state.value if one.state else "open" if one.is_open else "waits"
    title: list[Any] = [html.B(step_name(one.step.code, language))]
    if one.step.optional:
        title.append(html.Small(say("supervision.optional", language), className="supervision-optional"))
    return html.Li(
        [html.Div([*title, _state(one, row, language)], className="supervision-step-head"),
         html.P(_line(one, row, language), className="office-muted"), _told(one), form],
        className=f"supervision-step supervision-step-{state}",
    )  # fmt: skip


def _state(one: StepState, row: CaseRow, language: Language) -> Any:
    if one.done is None and row.state.case.ended_on is not None:
        return html.Small(say("supervision.step_state.undone", language), className="office-muted")
    return step_mark(one, language)


def _line(one: StepState, row: CaseRow, language: Language) -> str:
    """Who, and when: done by which office on which day, due on which, or what it waits for."""
    who = office(one.step.owner, row, language)
    if one.done is not None:
        at = in_city_time(one.done.at)
        # Written down on the day itself, as almost always: the moment alone says both.
        key = "done_at" if at.startswith(one.done.on.isoformat()) else "done"
        key += "_measured" if one.step.measured else ""
        hours = hours_words(one.hours, language)
        return say(
            f"supervision.timeline.{key}", language, who=who, day=one.done.on.isoformat(), at=at, hours=hours
        )
    if one.starts_on is None:
        before = one.step.after
        name = say("supervision.opening", language) if before == OPENING else step_name(before, language)
        return say("supervision.timeline.waits", language, who=who, before=name)
    if one.due_on is None:
        return say("supervision.timeline.no_due", language, who=who)
    key = "due_provisional" if one.provisional else "due"
    return say(f"supervision.timeline.{key}", language, who=who, day=one.due_on.isoformat())


def _told(one: StepState) -> Any:
    if one.done is None or not (one.done.official or one.done.words):
        return None
    official = html.Span(one.done.official, className="supervision-official") if one.done.official else None
    return html.Blockquote([official, html.Span(one.done.words)], className="supervision-told")


def _end(row: CaseRow, role: Role, language: Language) -> Any:
    ended = row.state.case.ended_on
    if ended is not None:
        key = "withdrawn" if row.state.case.withdrawn else "ended"
        said = say(f"supervision.end.{key}", language, day=ended.isoformat(), outcome=row.outcome)
        return html.Section(html.P(said), className="matters-part supervision-ended")
    if not row.procedure.may_be_opened_by(role):
        return None
    return end_form(row, language)
