"""Small parts of supervision in words: whose step it is, how it stands, days left, hours taken."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from grid.clocks.rules import Counting
from grid.clocks.states import ClockState
from grid.supervision.cases import StepState
from grid.supervision.procedures import Owner, Procedure, SubjectKind
from grid.supervision.register import CaseRow, Standing
from layers.numbers import decimal
from layers.words import Language, say

HIDDEN: Any = {"aria-hidden": "true"}
_BY_POST = {Owner.LEADER, Owner.APPROVER}


def procedure_name(code: str, language: Language) -> str:
    """Return a procedure's name."""
    return say(f"supervision.procedure.{code}", language)


def close_link(href: str, language: Language) -> Any:
    """Return the link that closes what stands beside the list."""
    name: Any = {"aria-label": say("supervision.close", language)}
    return dcc.Link(html.Span("×", role="img", **name), href=href, className="supervision-close")


def step_name(code: str, language: Language) -> str:
    """Return a step's name."""
    return say(f"supervision.step.{code}", language)


def office(owner: Owner, row: CaseRow, language: Language) -> str:
    """Return the office whose step it is: a unit by its name, everyone else by post or office."""
    unit = row.unit or say("supervision.no_unit", language)
    if owner in {Owner.UNIT, Owner.DEPARTMENT}:
        return unit
    if owner is Owner.UNIT_HEAD:
        return say("supervision.owner.unit_head_of", language, unit=unit)
    if owner is Owner.LEADER and row.leader_post:
        return row.leader_post
    return say(f"supervision.owner.{owner}", language)


def subject(row: CaseRow, language: Language) -> str:
    """Return what a case is about: a number, or what a reader without one may know."""
    if row.procedure.subject is SubjectKind.LEADER:
        return row.leader_post or say("supervision.owner.leader", language)
    if row.procedure.subject is SubjectKind.UNIT:
        return row.unit
    if row.matter_no:
        return row.matter_no
    category = say(f"category.{row.category}", language) if row.category else ""
    return say("supervision.unnamed_matter", language, category=category)


def standing_mark(row: CaseRow, language: Language) -> Any:
    """Return how a case stands as a shape, a word and the days of its next step."""
    if row.standing is Standing.ENDED:
        name = "withdrawn" if row.state.case.withdrawn else "ended"
        late = row.state.state is ClockState.STOPPED_LATE
        shape = "stopped_late" if late else "stopped_in_time"
        return _mark(shape, say(f"supervision.standing.{name}", language), "")
    following = row.state.next
    words = days_words(following, language) if following else ""
    return _mark(row.standing.value, say(f"supervision.standing.{row.standing}", language), words)


def step_mark(one: StepState, language: Language) -> Any:
    """Return how a step stands as a shape and a word."""
    state = one.state or (ClockState.RUNNING if one.is_open else None)
    shape = state.value if state else "not_started"
    key = state.value if state and one.state else "open" if one.is_open else "waits"
    return _mark(shape, say(f"supervision.step_state.{key}", language), days_words(one, language))


def days_words(one: StepState, language: Language) -> str:
    """Return days left or over as the step counts them; empty where none count."""
    if one.days_left is None:
        return ""
    counting = "working" if one.step.counting is Counting.WORKING and not one.step.monthly else "natural"
    over = one.state is ClockState.OVERDUE
    return say(f"supervision.days.{'over' if over else 'left'}_{counting}", language, days=abs(one.days_left))


def hours_words(hours: float | None, language: Language) -> str:
    """Return hours with one digit, or that there are none yet."""
    if hours is None:
        return say("supervision.no_hours", language)
    return say("supervision.hours", language, hours=decimal(hours))


def length_words(procedure: Procedure, language: Language) -> list[str]:
    """Return each step of a procedure with who owes it and how long it may take."""
    lines = []
    for step in procedure.steps:
        owner = say(f"supervision.owner.{step.owner}", language)
        key = "none" if step.days is None else step.counting.value
        if step.month_days:
            length = say(
                "supervision.length.fixed", language, days="、".join(str(day) for day in step.month_days)
            )
        else:
            length = say(f"supervision.length.{'monthly' if step.monthly else key}", language, days=step.days)
        name = step_name(step.code, language)
        lines.append(say("supervision.length.line", language, step=name, owner=owner, length=length))
    return lines


def _mark(shape: str, state: str, words: str) -> Any:
    return html.Span(
        [
            html.Span(className="matters-shape", **HIDDEN),
            html.Span(state, className="matters-state"),
            html.Small(words) if words else None,
        ],
        className=f"matters-clock matters-clock-{shape}",
    )
