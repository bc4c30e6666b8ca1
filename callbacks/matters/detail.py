"""One matter beside the list: how it is handled, where it is, whose it is, and whom it is kept from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from dash import dcc, html

from callbacks.matters.clocks import clock_part, entry_part
from callbacks.matters.ids import Id, unrecuse_id
from callbacks.matters.listed import clock_mark
from grid.places import PlaceStatus
from grid.register import MatterDetail
from layers.numbers import CITY_ZONE
from layers.words import Language, say


def hint(language: Language) -> Any:
    """Return what stands beside the list before a matter is chosen."""
    return html.P(say("register.detail.hint", language), className="office-muted matters-hint")


def detail_panel(
    detail: MatterDetail, language: Language, problem: str | None = None, entry_problem: str | None = None
) -> list[Any]:
    """Return one matter's details.

    ``problem`` says what kept its recusals from being changed, ``entry_problem`` an extension or a hearing
    from being entered.
    """
    is_bureaus = detail.recused is not None
    return [
        html.H2(detail.row.matter_no),
        html.P(clock_mark(detail.row, language), className="matters-detail-clock"),
        _part("steps", _steps(detail, language), language),
        clock_part(detail.clocks, language) if detail.clocks is not None else None,
        entry_part(entry_problem, language, is_open=bool(entry_problem)) if is_bureaus else None,
        _part("assist", _assist(detail, language), language) if detail.notes else None,
        _part("place", _place(detail, language), language),
        _part("about", _about(detail, language), language),
        _recusals(detail.recused, problem, language) if detail.recused is not None else None,
    ]


def _part(name: str, pairs: Iterable[tuple[str, Any]], language: Language) -> Any:
    rows = [html.Div([html.Dt(word), html.Dd(value)]) for word, value in pairs]
    title = html.H3(say(f"register.detail.{name}", language))
    return html.Section([title, html.Dl(rows)], className=f"matters-part matters-{name}")


def _steps(detail: MatterDetail, language: Language) -> list[tuple[str, Any]]:
    row = detail.row
    days = {
        "registered": row.registered_on, "accepted": detail.accepted_on, "due": row.due_on,
        "replied": detail.replied_on, "closed": detail.closed_on,
    }  # fmt: skip
    pairs: list[tuple[str, Any]] = [(_word("stage", language), say(f"stage.{row.stage}", language))]
    pairs += [(_word(name, language), _day(day, language)) for name, day in days.items()]
    if detail.evaluation is not None:
        pairs.append((_word("evaluation", language), say(f"evaluation.{detail.evaluation}", language)))
    return pairs


def _assist(detail: MatterDetail, language: Language) -> list[tuple[str, Any]]:
    """What grid workers did about it, by whom is not said."""
    pairs = []
    for note in detail.notes:
        step = say(f"assist.step.{note.step}", language)
        told = say("register.detail.assist_told", language, step=step, words=note.words)
        pairs.append((f"{note.taken_at.astimezone(CITY_ZONE):%Y-%m-%d}", told if note.words else step))
    return pairs


def _place(detail: MatterDetail, language: Language) -> list[tuple[str, Any]]:
    unknown = _quiet("unknown", language)
    pairs: list[tuple[str, Any]] = [
        (_word("unit", language), detail.row.unit or _quiet("unknown", language)),
        (_word("path", language), " › ".join(detail.path) or unknown),
        (_word("address", language), detail.address or unknown),
        (_word("fineness", language), _fineness(detail, language)),
    ]
    if detail.functional:
        pairs.insert(2, (_word("functional", language), detail.functional))
    return pairs


def _fineness(detail: MatterDetail, language: Language) -> Any:
    if detail.place_status is None or detail.granularity is None:
        return say("register.no_place", language)
    status = say(f"place_status.{detail.place_status}", language)
    if detail.place_status is not PlaceStatus.ACCEPTED:
        return status
    granularity = say(f"granularity.{detail.granularity}", language)
    return say("register.detail.fineness_value", language, status=status, granularity=granularity)


def _about(detail: MatterDetail, language: Language) -> list[tuple[str, Any]]:
    row = detail.row
    count = say("register.detail.submissions_value", language, count=detail.submissions)
    pairs = [
        ("category", say(f"category.{row.category}", language)),
        ("purpose", say(f"purpose.{detail.purpose}", language)),
        ("channel", say(f"channel.{row.channel}", language)),
        ("track", say(f"track.{detail.track}", language)),
        ("repeat", say(f"register.repeat.{'yes' if row.is_repeat else 'no'}", language)),
        ("submissions", count),
    ]
    if detail.is_backlog:
        pairs.append(("backlog", say("register.detail.backlog_yes", language)))
    return [(_word(name, language), value) for name, value in pairs]


def _recusals(logins: tuple[str, ...], problem: str | None, language: Language) -> Any:
    lift = say("register.recusal.remove", language)
    rows = [
        html.Li(
            [
                html.Span(login),
                html.Button(lift, id=unrecuse_id(login), type="button", className="office-button"),
            ]
        )
        for login in logins
    ]
    none = html.P(say("register.recusal.none", language), className="office-muted")
    field = dcc.Input(
        id=Id.LOGIN,
        type="text",
        maxLength=64,
        className="office-input",
        autoComplete="off",
        spellCheck="false",
    )
    add = html.Button(
        say("register.recusal.add", language), id=Id.RECUSE, type="button", className="office-button"
    )
    return html.Details(
        [
            html.Summary(say("register.recusal.title", language)),
            html.P(problem, className="matters-problem", role="alert"),
            html.P(say("register.recusal.hint", language), className="office-muted"),
            html.Ul(rows, className="matters-recused") if rows else none,
            html.Label([html.Span(say("register.recusal.login", language)), field], className="office-field"),
            add,
        ],
        open=bool(logins or problem),
        className="matters-part matters-recusal",
    )


def _word(name: str, language: Language) -> str:
    return say(f"register.detail.{name}", language)


def _quiet(name: str, language: Language) -> Any:
    return html.Span(say(f"register.detail.{name}", language), className="office-muted")


def _day(day: date | None, language: Language) -> Any:
    return day.isoformat() if day else _quiet("not_yet", language)
