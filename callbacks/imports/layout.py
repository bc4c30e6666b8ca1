"""The import page as it is first laid out: steps, file and options, progress, what a file must look like."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.frame import desk, trouble
from callbacks.imports.editions import editions
from callbacks.imports.formats import COLUMNS, OPTIONS, Column, Option
from callbacks.imports.ids import Ids, option_id
from callbacks.imports.outcome import outcome
from callbacks.imports.uploads import LARGEST_FILE_MB, read_batch, read_kind
from callbacks.tools import Tools
from grid.findings import Conflict, ImportKind, ImportReport
from grid.ports import ImportDesk
from grid.questions import City
from grid.refusals import Refused
from layers.words import Language, say

TICK_MS = 700
Batches = tuple[tuple[ImportReport, str], ...]


def page(tools: Tools, kind: object = None, batch: object = None) -> Any:
    """Return the page for what its address asks: a kind of file, or the outcome of a batch."""
    language, store = tools.language, tools.store.imports(tools.principal())
    chosen, batches, shown = ImportKind.BOUNDARIES, None, None
    try:
        batches = store.batches()
        chosen = ImportKind.BOUNDARIES if kind is None else read_kind(kind)
        if (batch_id := read_batch(batch)) is not None:
            report = store.report(batch_id)
            chosen, shown = report.kind, reopened(store, report, batches, language)
    except Refused as refused:
        shown = trouble(refused, language)
    parts = [*_form(chosen, language), *_follow(shown, language), _guide(chosen, language)]
    parts += [html.Div(editions(store, chosen, language), id=Ids.EDITIONS), html.Div(id=Ids.CROSSWALK)]
    latest = _latest(batches, language)
    body = html.Div([_kinds(chosen, language), html.Div([*parts, latest])], className="imports")
    return desk(tools, _city(tools), "imports", body)


def reopened(store: ImportDesk, report: ImportReport, batches: Batches, language: Language) -> Any:
    """Return the outcome of an earlier batch, whose upload the page does not hold any more."""
    conflicts = found_conflicts(store, report)
    return outcome(report, time_of(batches, report), language, can_go_on=False, conflicts=conflicts)


def found_conflicts(store: ImportDesk, report: ImportReport) -> tuple[Conflict, ...]:
    """Return the conflicts of a batch, without asking where there are none."""
    return store.conflicts(report.batch_id) if report.quarantined and report.batch_id else ()


def recent(batches: Batches | None, language: Language) -> Any:
    """Return the list of the latest batches, each opening its outcome; nothing while they cannot be read."""
    if batches is None:
        return None
    if not batches:
        return html.P(say("imports.recent.none", language), className="imports-empty")
    names = ("at", "kind", "file", "mode", "rows", "accepted", "review", "refused")
    heads = [html.Th(say(f"imports.recent.{name}", language), scope="col") for name in names]
    rows = [_recent_row(report, at, language) for report, at in batches]
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="imports-recent-table")


def time_of(batches: Batches, report: ImportReport) -> str:
    """Return when a report's batch was made, empty where it is none of the latest."""
    return next((at for each, at in batches if each.batch_id == report.batch_id), "")


def _city(tools: Tools) -> City | None:
    try:
        return tools.store.wall(tools.principal()).city()
    except Refused:
        return None


def _kinds(chosen: ImportKind, language: Language) -> Any:
    links = [
        dcc.Link(
            [
                html.Span(say(f"import_kind.{kind}", language), className="imports-kind-name"),
                html.Span(say(f"imports.kind.{kind}.short", language), className="imports-muted"),
            ],
            href=f"/imports?kind={kind}",
            className="imports-kind" + (" imports-kind-here" if kind is chosen else ""),
        )
        for kind in COLUMNS
    ]
    title = html.H2(say("imports.kind_title", language))
    hint = html.P(say("imports.kind_hint", language), className="imports-muted")
    return html.Nav([title, *links, hint], className="imports-kinds")


def _form(kind: ImportKind, language: Language) -> list[Any]:
    return [
        _steps(language),
        _fields(kind, language),
        dcc.Store(id=Ids.KIND, data=kind.value),
        dcc.Store(id=Ids.SENT),
        dcc.Store(id=Ids.FILE),
        dcc.Store(id=Ids.RUN),
        dcc.Store(id=Ids.WORDS, data=_browser_words(language)),
        dcc.Interval(id=Ids.TICK, interval=TICK_MS, disabled=True),
    ]


def _steps(language: Language) -> Any:
    """Return the three steps; which one is at hand the browser tells by the list's class."""
    steps = [
        html.Li(
            [
                html.Span(str(number), className="imports-step-number"),
                say(f"imports.steps.{number}", language),
            ]
        )
        for number in (1, 2, 3)
    ]
    return html.Ol(steps, id=Ids.STEPS, className="imports-steps imports-at-1")


def _browser_words(language: Language) -> dict[str, object]:
    return {
        "none": say("imports.file.none", language),
        "chosen": say("imports.file.chosen", language, name="{name}", size="{size}"),
        "too_large": say("refusals.file_too_large", language, limit_mb=LARGEST_FILE_MB),
        "limit_bytes": LARGEST_FILE_MB * 1024 * 1024,
    }


def _guide(kind: ImportKind, language: Language) -> Any:
    template = html.A(
        say("imports.download.template", language),
        href=f"/imports/template/{kind}.xlsx",
        className="imports-button",
    )
    return html.Section(
        [
            html.Div([html.H2(say("imports.guide_title", language)), template], className="imports-head"),
            html.P(say(f"imports.kind.{kind}.look", language)),
            html.Dl([_column(column, language) for column in COLUMNS[kind]], className="imports-columns"),
            html.P(say(f"imports.kind.{kind}.note", language), className="imports-muted"),
        ],
        className="imports-card imports-guide",
    )


def _column(column: Column, language: Language) -> Any:
    need = html.Span(say("imports.column.required", language), className="imports-required")
    # Headers and examples are the files' own words, in whatever language the page is.
    header = html.Span(column.header, lang=Language.ZH.value)
    return html.Div(
        [
            html.Dt([header, need if column.required else None]),
            html.Dd(column.example, lang=Language.ZH.value),
        ]
    )


def _fields(kind: ImportKind, language: Language) -> Any:
    usual = [_field(option, language) for option in OPTIONS[kind] if not option.rare]
    rare = [_field(option, language) for option in OPTIONS[kind] if option.rare]
    fold = html.Details(
        [html.Summary(say("imports.more_options", language)), *rare], className="imports-fold"
    )
    return html.Section(
        [
            html.H2(say("imports.file_title", language)),
            html.Div(
                [
                    _drop(language),
                    html.Div([*usual, fold if rare else None, *_start(language)], className="imports-side"),
                ],
                className="imports-form",
            ),
        ],
        className="imports-card",
    )


def _start(language: Language) -> list[Any]:
    try_out = say("imports.try_out", language)
    return [
        html.Div(id=Ids.NOTE, className="imports-note", role="alert"),
        html.Button(try_out, id=Ids.TRY_OUT, disabled=True, className="imports-button imports-primary"),
        html.P(say("imports.sending", language), id=Ids.SENDING, hidden=True, role="status"),
        html.P(say("imports.try_out_hint", language), className="imports-muted"),
    ]


def _field(option: Option, language: Language) -> Any:
    label = say(f"imports.option.{option.name}.name", language)
    hint = html.Span(say(f"imports.option.{option.name}.hint", language), className="imports-muted")
    if not option.choices:
        field = dcc.Input(id=option_id(option.name), type="text", maxLength=80, className="imports-input")
        return html.Label([html.Span(label), field, hint], className="imports-field")
    choices = [{"label": say(f"{option.name}.{code}", language), "value": code} for code in option.choices]
    radios = dcc.RadioItems(
        choices, option.default, id=option_id(option.name), inline=True, className="imports-choices"
    )
    return html.Fieldset([html.Legend(label), radios, hint], className="imports-field")


def _drop(language: Language) -> Any:
    # The button is the way in by keyboard: the area around it takes only drops and clicks.
    return dcc.Upload(
        [
            html.Span(
                say("imports.file.none", language), id=Ids.CHOSEN, className="imports-chosen", role="status"
            ),
            html.Span(id=Ids.DIGEST, className="imports-digest"),
            html.Button(say("imports.file.choose", language), type="button", className="imports-button"),
            html.Span(
                say("imports.file.limit", language, limit_mb=LARGEST_FILE_MB), className="imports-muted"
            ),
        ],
        id=Ids.UPLOAD,
        className="imports-drop",
        className_active="imports-drop imports-drop-over",
        style_active={},
    )


def _follow(shown: Any, language: Language) -> list[Any]:
    cancel = html.Button(
        say("imports.cancel", language), id=Ids.CANCEL, hidden=True, className="imports-button imports-cancel"
    )
    return [
        html.Div([html.Div(id=Ids.PROGRESS), cancel], className="imports-running"),
        html.Div(shown, id=Ids.OUTCOME),
    ]


def _latest(batches: Batches | None, language: Language) -> Any:
    return html.Section(
        [
            html.H2(say("imports.recent.title", language)),
            html.Div(recent(batches, language), id=Ids.RECENT),
        ],
        className="imports-card",
    )


def _recent_row(report: ImportReport, at: str, language: Language) -> Any:
    link = dcc.Link(report.file_name, href=f"/imports?batch={report.batch_id}")
    mode = "dry" if report.dry_run else "real"
    counts = (report.rows, report.accepted, report.review, report.refused)
    return html.Tr(
        [
            html.Td(at),
            html.Td(say(f"import_kind.{report.kind}", language)),
            html.Td(link),
            html.Td(html.Span(say(f"imports.mode.{mode}", language), className=f"imports-mode-{mode}")),
            *(html.Td(f"{count:,}", className="imports-count") for count in counts),
        ]
    )
