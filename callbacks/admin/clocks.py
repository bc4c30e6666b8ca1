"""The calendar and rules part: published years, rules in force, and what is proposed and would change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dash import dcc, html

from callbacks.admin.clock_ids import Ids, confirm_id, discard_id
from callbacks.admin.fields import button, confirmed
from callbacks.frame import labelled
from grid.clocks.proposals import Proposal
from grid.clocks.rules import NATION, ClockRule, Counting
from grid.clocks.years import CalendarYear, StoredRule
from grid.ports import ClocksDesk
from grid.refusals import Refused
from layers.numbers import CITY_ZONE, grouped
from layers.words import Language, say, say_refusal

POLL_MS = 3000
_YEAR_COLUMNS = ("year", "state", "holidays", "workdays", "source")
_RULE_COLUMNS = ("clock", "where", "length", "extension", "soon", "since", "source")
_COUNT_COLUMNS = ("clock", "changed", "earlier", "later", "new", "gone", "overdue", "saved")


def part(desk: ClocksDesk, language: Language) -> list[Any]:
    """Return the whole part."""
    rules = desk.rules()
    return [
        html.Div(id=Ids.SAID),
        dcc.Interval(id=Ids.POLL, interval=POLL_MS),
        html.Div(
            [
                html.Div(shown(desk, language), id=Ids.SHOWN),
                html.Div([_notice_form(language), _rule_form(rules, language), _place_form(language)]),
            ],
            className="admin-columns admin-clocks",
        ),
    ]


def shown(desk: ClocksDesk, language: Language) -> list[Any]:
    """Return what stands: proposals first, since somebody waits for them."""
    proposals = desk.proposals()
    waiting = [_proposal(one, language) for one in proposals]
    return [
        html.Section([_title("proposals", language), *waiting]) if waiting else None,
        html.Section([_title("years", language), _years(desk.years(), language)]),
        html.Section([_title("rules", language), _rules(desk.rules(), language)]),
    ]


def _proposal(one: Proposal, language: Language) -> Any:
    made = say(
        "clock_admin.made", language, by=one.made_by, at=f"{one.made_at.astimezone(CITY_ZONE):%Y-%m-%d %H:%M}"
    )
    ready = one.counts is not None and not one.stale
    confirm = confirmed("clock_admin.confirm", confirm_id(one.id), language, name=_name(one, language))
    return html.Article(
        [
            html.H3(_name(one, language)),
            html.P(made, className="office-muted"),
            _what(one, language),
            _counts(one, language),
            html.Div(
                [
                    confirm if ready else None,
                    button(say("clock_admin.discard", language), discard_id(one.id)),
                ],
                className="admin-actions",
            ),
        ],
        className="office-card clock-proposal",
    )


def _name(one: Proposal, language: Language) -> str:
    if one.notice is not None:
        key = "amendment" if one.notice.amends else "notice"
        return say(f"clock_admin.name.{key}", language, year=one.notice.year)
    return say("clock_admin.name.rules", language, count=len(one.rules))


def _what(one: Proposal, language: Language) -> Any:
    if one.notice is not None:
        festivals: dict[str, list[str]] = {}
        for each in one.notice.days:
            mark = say(f"clock_admin.day.{each.kind}", language, day=f"{each.day:%m-%d}")
            festivals.setdefault(each.festival, []).append(mark)
        rows = [html.Li([html.B(name), " ", "、".join(days)]) for name, days in festivals.items()]
        return html.Ul(rows, className="clock-festivals")
    return html.Ul([html.Li(_rule_words(rule, language)) for rule in one.rules], className="clock-festivals")


def _rule_words(rule: ClockRule, language: Language) -> str:
    return say(
        "clock_admin.rule_words", language, clock=say(f"clock.{rule.clock}", language),
        where=_where(rule, language), length=_length(rule, language), since=rule.valid_from.isoformat(),
        source=rule.source,
    )  # fmt: skip


def _counts(one: Proposal, language: Language) -> Any:
    if one.refused and not one.stale:
        problem = say_refusal(Refused(one.refused), language) if one.refused in _PLAIN else one.refused
        return html.P(say("clock_admin.impossible", language, why=problem), className="admin-refused")
    if one.counts is None or one.stale:
        return html.P(say("clock_admin.waiting", language), className="office-muted", role="status")
    if not one.counts:
        return html.P(say("clock_admin.nothing_changes", language, day=str(one.as_of)))
    heads = [html.Th(say(f"clock_admin.count.{name}", language), scope="col") for name in _COUNT_COLUMNS]
    rows = [
        html.Tr(
            [
                html.Td(say(f"clock.{each.clock}", language)),
                *(
                    html.Td(grouped(getattr(each, name)), className="office-count")
                    for name in _COUNT_COLUMNS[1:]
                ),
            ]
        )
        for each in one.counts
    ]
    return html.Div(
        [
            html.P(say("clock_admin.as_of", language, day=str(one.as_of)), className="office-muted"),
            html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="office-table"),
        ]
    )


_PLAIN = frozenset({"clock_rule_unknown"})
"""Refusals whose words have no facts."""


def _years(years: Sequence[CalendarYear], language: Language) -> Any:
    heads = [html.Th(say(f"clock_admin.year.{name}", language), scope="col") for name in _YEAR_COLUMNS]
    rows = []
    for one in years:
        badge = html.Span(say("clock_provisional.badge", language), className="clock-provisional")
        state = say("clock_admin.published", language) if one.is_published else badge
        counts = (one.holidays, one.workdays) if one.is_published else ("—", "—")
        cells = [html.Td(str(one.year)), html.Td(state), *(html.Td(str(each)) for each in counts)]
        rows.append(html.Tr([*cells, html.Td(_source(one, language))]))
    return html.Div(
        [
            html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="office-table"),
            html.P(say("clock_provisional.about", language), className="office-muted"),
        ]
    )


def _source(one: CalendarYear, language: Language) -> str:
    return say(f"clock_admin.source.{one.source or 'none'}", language)


def _rules(rules: Iterable[StoredRule], language: Language) -> Any:
    heads = [html.Th(say(f"clock_admin.rule.{name}", language), scope="col") for name in _RULE_COLUMNS]
    rows = [_rule_row(one, language) for one in rules]
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="office-table clock-rules")


def _rule_row(one: StoredRule, language: Language) -> Any:
    rule = one.rule
    extension = say("clock_admin.days", language, days=rule.extension_days) if rule.extension_days else "—"
    days = {"since": rule.valid_from, "until": rule.valid_to}
    span = say(f"clock_admin.{'span' if rule.valid_to else 'since'}", language, **days)
    return html.Tr(
        [
            html.Td(say(f"clock.{rule.clock}", language)),
            html.Td(_where(rule, language)),
            html.Td(_length(rule, language)),
            html.Td(extension),
            html.Td(say("clock_admin.days", language, days=rule.soon_days)),
            html.Td(span, className="clock-span"),
            html.Td(rule.source, lang=Language.ZH.value),
        ],
        className="" if one.is_current else "clock-former",
    )


def _where(rule: ClockRule, language: Language) -> str:
    return say("clock_jurisdiction.nation", language) if rule.jurisdiction == NATION else rule.jurisdiction


def _length(rule: ClockRule, language: Language) -> str:
    return say(f"clock_admin.length.{rule.counting}", language, days=rule.days)


def _notice_form(language: Language) -> Any:
    area = dcc.Textarea(
        id=Ids.NOTICE, maxLength=50_000, rows=9, className="office-input clock-notice",
        placeholder=say("clock_admin.notice_hint", language),
    )  # fmt: skip
    upload = dcc.Upload(
        html.Button(say("clock_admin.file", language), type="button", className="office-button"),
        id=Ids.NOTICE_FILE, accept=".txt,text/plain", max_size=200_000,
    )  # fmt: skip
    send = button(say("clock_admin.preview", language), Ids.NOTICE_SEND, tone="primary")
    about = html.P(say("clock_admin.notice_about", language), className="office-muted")
    return _form("notice", [about, area, html.Div([upload, send], className="admin-actions")], language)


def _rule_form(rules: Sequence[StoredRule], language: Language) -> Any:
    open_ended = [one for one in rules if one.rule.valid_to is None]
    options = [{"label": _option(one.rule, language), "value": one.id} for one in open_ended]
    chosen = dcc.Dropdown(options, id=Ids.RULE, clearable=False, searchable=False,
                          placeholder=say("clock_admin.choose", language))  # fmt: skip
    counting = [
        {"label": say(f"clock_admin.counting.{one}", language), "value": one.value} for one in Counting
    ]
    ways = dcc.Dropdown(counting, id=Ids.RULE_COUNTING, clearable=False, searchable=False)
    return _form(
        "rule_form",
        [
            html.P(say("clock_admin.rule_about", language), className="office-muted"),
            _labelled("rule_chosen", chosen, language),
            _typed(Ids.RULE_DAYS, "rule_days", "number", language),
            _labelled("rule_counting", ways, language),
            _typed(Ids.RULE_EXTENSION, "rule_extension", "number", language),
            _typed(Ids.RULE_SOON, "rule_soon", "number", language),
            _typed(Ids.RULE_FROM, "valid_from", "date", language),
            _typed(Ids.RULE_SOURCE, "rule_source", "text", language),
            button(say("clock_admin.preview", language), Ids.RULE_SEND, tone="primary"),
        ],
        language,
    )


def _place_form(language: Language) -> Any:
    return _form(
        "place_form",
        [
            html.P(say("clock_admin.place_about", language), className="office-muted"),
            _typed(Ids.PLACE, "jurisdiction", "text", language),
            _typed(Ids.PLACE_FROM, "valid_from", "date", language),
            _typed(Ids.PLACE_SOURCE, "rule_source", "text", language),
            button(say("clock_admin.preview", language), Ids.PLACE_SEND, tone="primary"),
        ],
        language,
    )


def _option(rule: ClockRule, language: Language) -> str:
    name = say(f"clock.{rule.clock}", language)
    return f"{name} · {_where(rule, language)} · {_length(rule, language)}"


def _form(name: str, children: list[Any], language: Language) -> Any:
    title = say(f"clock_admin.title.{name}", language)
    return html.Section([html.H2(title), *children], className="office-card admin-form", **labelled(title))


def _typed(id_: Ids, name: str, kind: Any, language: Language) -> Any:
    field = dcc.Input(id=id_, type=kind, maxLength=200, autoComplete="off", className="office-input")
    return _labelled(name, field, language)


def _labelled(name: str, field: Any, language: Language) -> Any:
    words = html.Span(say(f"clock_admin.field.{name}", language))
    return html.Label([words, field], className="office-field")


def _title(name: str, language: Language) -> Any:
    return html.H2(say(f"clock_admin.title.{name}", language))
