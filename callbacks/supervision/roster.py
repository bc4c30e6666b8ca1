"""The reception roster of a month by leader, and how long departments took when they were called."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from dash import dcc, html

from callbacks.frame import definition, labelled, message
from callbacks.supervision.asked import Asked, View
from callbacks.supervision.marks import HIDDEN, hours_words, procedure_name, step_name
from grid.clocks.states import ClockState
from grid.supervision.rosters import Roster, RosterRow, WhistleTimes
from layers.numbers import grouped, span
from layers.words import Language, say

_MARKS = {"held": "●", "missed": "×", "owed": "○"}


def roster_card(roster: Roster, asked: Asked, language: Language) -> Any:
    """Return the month's calendar: a row a leader, a column a day, and what is owed beside it."""
    mark = definition(say("supervision.roster.definition", language), language)
    title = say("supervision.roster.title", language, year=roster.month.year, month=roster.month.month)
    head = html.Div([html.H2([title, mark]), _turns(roster, asked, language)], className="office-head")
    if not roster.rows:
        empty = message(
            say("supervision.roster.empty_title", language), say("supervision.roster.empty", language)
        )
        return html.Section([head, empty], className="office-card")
    days = [roster.month + timedelta(days=number) for number in range(roster.days)]
    heads = [html.Th(say("supervision.roster.leader", language), scope="col", className="supervision-leader")]
    heads += [_day_head(day, roster, language) for day in days]
    heads += [html.Th(say(f"supervision.roster.{name}", language), scope="col") for name in ("kept", "state")]
    rows = [_row(row, days, roster, asked, language) for row in roster.rows]
    table = html.Table(
        [html.Thead(html.Tr(heads)), html.Tbody(rows)], className="supervision-roster", **labelled(title)
    )
    return html.Section(
        [head, html.Div(table, className="supervision-roster-box"), _legend(roster, language)],
        className="office-card",
    )


def whistle_card(times: WhistleTimes, language: Language) -> Any:
    """Return the median and the longest hours of calls, with n."""
    mark = definition(say("supervision.whistle.definition", language), language)
    period = html.Small(span(times.since, times.until), className="office-muted")
    figures: list[Any] = [
        html.Div(
            [
                html.Span(step_name(one.step, language), className="supervision-figure-name"),
                html.B(
                    say("supervision.whistle.median", language, hours=hours_words(one.median_hours, language))
                ),
                html.Small(
                    say(
                        "supervision.whistle.note",
                        language,
                        longest=hours_words(one.longest_hours, language),
                        n=grouped(one.n),
                        waiting=grouped(one.waiting),
                    ),
                    className="office-muted",
                ),
            ],
            className="supervision-figure",
        )
        for one in times.steps
    ]
    none = html.P(say("supervision.whistle.none", language), className="office-muted")
    title = html.H2([say("supervision.whistle.title", language), mark])
    return html.Section(
        [html.Div([title, period], className="supervision-figures-head"), *(figures or [none])],
        className="office-card supervision-figures",
    )


def _turns(roster: Roster, asked: Asked, language: Language) -> Any:
    before = (roster.month - timedelta(days=1)).replace(day=1)
    after = roster.month + timedelta(days=roster.days)
    links = [
        dcc.Link(
            say(f"supervision.roster.{name}", language),
            href=asked.address(view=View.ROSTER, month=month),
            className="office-button",
        )
        for name, month in (("before", before), ("this", roster.on.replace(day=1)), ("after", after))
    ]
    return html.Nav(
        links, className="supervision-months", **labelled(say("supervision.roster.months", language))
    )


def _day_head(day: date, roster: Roster, language: Language) -> Any:
    classes = ["supervision-date"]
    classes += ["supervision-rest"] if day in roster.resting else []
    classes += ["supervision-today"] if day == roster.on else []
    weekday = say(f"supervision.weekday.{day.isoweekday()}", language)
    return html.Th([str(day.day), html.Small(weekday)], scope="col", className=" ".join(classes))


def _row(row: RosterRow, days: list[date], roster: Roster, asked: Asked, language: Language) -> Any:
    kind = procedure_name(row.procedure, language)
    name = dcc.Link(
        [row.leader_post, html.Small(kind)],
        href=asked.address(view=View.CASES, case=row.case_id),
        className="supervision-open",
    )
    kept = say("supervision.roster.kept_of", language, kept=grouped(row.kept), owed=grouped(row.owed))
    over = (
        [html.Small(say("supervision.roster.over", language, count=grouped(row.overdue)))]
        if row.overdue
        else []
    )
    return html.Tr(
        [
            html.Th(name, scope="row", className="supervision-leader"),
            *(_cell(day, row, roster, language) for day in days),
            html.Td(kept, className="office-count"),
            html.Td([_state(row, language), *over], className="supervision-roster-state"),
        ]
    )


def _cell(day: date, row: RosterRow, roster: Roster, language: Language) -> Any:
    classes = ["supervision-rest"] if day in roster.resting else []
    kind = _kind(day, row, roster.on)
    if kind is None:
        return html.Td(className=" ".join(classes))
    words = say(f"supervision.roster.cell.{kind}", language, day=day.isoformat())
    mark = html.Span(_MARKS[kind], title=words, role="img", **labelled(words))
    return html.Td(mark, className=" ".join([*classes, f"supervision-cell-{kind}"]))


def _kind(day: date, row: RosterRow, on: date) -> str | None:
    if day in row.held:
        return "held"
    if day not in row.fixed or row.owed == 0:
        return None
    # A fixed day that was made up for later is not missed any more.
    missed = sum(fixed < on for fixed in row.fixed) > row.kept
    return "owed" if day >= on else "missed" if missed and day == _first_missed(row, on) else None


def _first_missed(row: RosterRow, on: date) -> date | None:
    return next((day for day in row.fixed if day < on and day not in row.held), None)


def _state(row: RosterRow, language: Language) -> Any:
    state = row.state or ClockState.RUNNING
    key = "none" if row.state is None else state.value
    return html.Span(
        [
            html.Span(className="matters-shape", **HIDDEN),
            html.Span(say(f"supervision.roster.states.{key}", language), className="matters-state"),
        ],
        className=f"matters-clock matters-clock-{'not_started' if row.state is None else state.value}",
    )


def _legend(roster: Roster, language: Language) -> Any:
    entries = [
        html.Span(
            [
                html.Span(sign, className=f"supervision-cell-{name}"),
                say(f"supervision.roster.legend.{name}", language),
            ]
        )
        for name, sign in _MARKS.items()
    ]
    rest = html.Span(
        [html.Span(className="supervision-rest"), say("supervision.roster.legend.rest", language)]
    )
    as_of = html.Span(say("register.as_of", language, day=roster.on.isoformat()), className="office-muted")
    return html.P([*entries, rest, as_of], className="supervision-legend")
