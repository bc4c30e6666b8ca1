"""Clocks of one matter: each with its due day, state and why; for the bureau, extensions and hearings."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.matters.ids import Id
from grid.clocks.matter_clocks import MatterClock
from grid.clocks.reasons import Reason
from grid.clocks.records import ClockRecord
from grid.clocks.rules import NATION, Counting
from grid.clocks.states import ClockState
from layers.words import Language, say

_SHAPES = {ClockState.PAUSED: "untimed", ClockState.LAPSED: "untimed"}
"""States that have no shape of their own in the list."""


def clock_part(record: ClockRecord, language: Language) -> Any:
    """Return all clocks of a matter with what was assumed of its days."""
    rows = [_clock(one, language) for one in record.clocks]
    none = html.P(say("matter_clocks.none", language), className="office-muted")
    assumed = [html.Li(say(f"clock_assumption.{one}", language)) for one in record.assumed]
    return html.Section(
        [
            html.H3(say("matter_clocks.title", language)),
            html.Ol(rows, className="matters-clocks") if rows else none,
            html.Details(
                [html.Summary(say("matter_clocks.assumed", language)), html.Ul(assumed)],
                className="matters-clock-why",
            )
            if assumed
            else None,
        ],
        className="matters-part matters-clock-part",
    )


def entry_part(problem: str | None, language: Language, *, is_open: bool) -> Any:
    """Return the bureau's form: an extension, or a hearing's beginning and end."""
    return html.Details(
        [
            html.Summary(say("clock_entry.title", language)),
            html.P(problem, className="matters-problem", role="alert"),
            html.P(say("clock_entry.extension_hint", language), className="office-muted"),
            _field(Id.EXTEND_DAYS, "days", language, kind="number", most=3),
            _field(Id.EXTEND_APPROVER, "approver", language),
            _field(Id.EXTEND_REASON, "reason", language, most=500),
            _field(Id.EVENT_DAY, "day", language, kind="date"),
            _button(Id.EXTEND, "extend", language),
            html.P(say("clock_entry.hearing_hint", language), className="office-muted"),
            html.Div(
                [_button(Id.PAUSE, "pause", language), _button(Id.RESUME, "resume", language)],
                className="matters-hearing",
            ),
        ],
        open=is_open,
        className="matters-part matters-entry",
    )


def reason_words(reason: Reason, language: Language) -> str:
    """Return why a clock is due as it is, in words."""
    facts = dict(reason.facts)
    if facts.get("jurisdiction") == NATION:
        facts["jurisdiction"] = say("clock_jurisdiction.nation", language)
    if "event" in facts:
        facts["event"] = say(f"event_kind.{facts['event']}", language)
    return say(f"clock_reason.{reason.code}", language, **facts)


def provisional_badge(language: Language) -> Any:
    """Return the mark of a due day that rests on a year whose holidays are not published."""
    return html.Span(
        say("clock_provisional.badge", language),
        className="clock-provisional",
        title=say("clock_provisional.about", language),
    )


def _clock(one: MatterClock, language: Language) -> Any:
    shape = _SHAPES.get(one.state, one.state)
    facts = [
        html.Span(className="matters-shape"),
        html.Span(_state(one.state, language), className="matters-state"),
        html.Small(_left(one, language)),
    ]
    due = say("matter_clocks.due", language, start=one.started_on.isoformat(), due=one.due_on.isoformat())
    act_by = say("matter_clocks.act_by", language, day=one.act_by.isoformat())
    why = [html.Li(reason_words(each, language)) for each in one.reasons]
    return html.Li(
        [
            html.Div(
                [
                    html.B(say(f"clock.{one.clock}", language)),
                    html.Span(facts, className=f"matters-clock matters-clock-{shape}"),
                ],
                className="matters-clock-head",
            ),
            html.Div(
                [
                    html.Span(due),
                    html.Span(act_by, className="matters-act-by")
                    if one.is_open and one.act_by != one.due_on
                    else None,
                    provisional_badge(language) if one.provisional else None,
                ],
                className="matters-clock-due",
            ),
            html.Details(
                [html.Summary(say("matter_clocks.why", language)), html.Ul(why)],
                className="matters-clock-why",
            ),
        ]
    )


def _state(state: ClockState, language: Language) -> str:
    # A notice or a forwarding is not "closed in time", as the list says of the reply.
    is_done = state in {ClockState.STOPPED_IN_TIME, ClockState.STOPPED_LATE}
    return say(f"{'matter_clocks' if is_done else 'clock_state'}.{state}", language)


def _left(one: MatterClock, language: Language) -> str:
    if one.days_left is None:
        late = one.stopped_on is not None and one.stopped_on > one.due_on
        days = (one.stopped_on - one.due_on).days if one.stopped_on else 0
        return say("matter_clocks.late", language, days=days) if late else ""
    counting = "working" if one.rule.counting is Counting.WORKING else "natural"
    way = "over" if one.days_left < 0 else "left"
    return say(f"matter_clocks.{way}_{counting}", language, days=abs(one.days_left))


def _field(id_: Id, name: str, language: Language, *, kind: Any = "text", most: int = 60) -> Any:
    field = dcc.Input(id=id_, type=kind, maxLength=most, autoComplete="off", className="office-input")
    return html.Label([html.Span(say(f"clock_entry.{name}", language)), field], className="office-field")


def _button(id_: Id, name: str, language: Language) -> Any:
    return html.Button(say(f"clock_entry.{name}", language), id=id_, type="button", className="office-button")
