"""What became of an import: counts, figures, questions, findings, and what to do next."""

from __future__ import annotations

from typing import Any

import dash_ag_grid as dag
from dash import dcc, html

from callbacks.frame import labelled
from callbacks.imports.ids import Ids, answer_id
from grid.findings import Finding, ImportReport
from layers.imports import finding_rows, grid_words, ordered_figures, say_stored
from layers.words import Language, say

_QUESTION = "leader_missing"
"""The finding that a person can answer here, by naming the row's leader."""
_COUNTS = ("rows", "accepted", "review", "refused")
_MOST_AT_ONCE = 12
"""Findings that are shown without scrolling inside the table."""


def outcome(report: ImportReport, at: str, language: Language, *, can_go_on: bool) -> Any:
    """Return the outcome of a batch; ``can_go_on`` while the page still holds the upload tried out."""
    return html.Section(
        [
            html.Div(
                [_title(report, at, language), _actions(report, language, can_go_on)],
                className="imports-head",
            ),
            html.P(
                say(f"imports.outcome.{_verdict(report)}", language),
                className="imports-verdict",
                role="status",
            ),
            *_tiles(report, language),
            _questions(report, language) if can_go_on else None,
            _findings(report, language),
        ],
        className=f"imports-card imports-outcome-{_verdict(report)}",
        **labelled(say("imports.outcome.title", language)),
    )


def _verdict(report: ImportReport) -> str:
    if report.unchanged:
        return "unchanged"
    if report.accepted + report.review == 0:
        return "nothing"
    return "tried" if report.dry_run else "imported"


def _title(report: ImportReport, at: str, language: Language) -> Any:
    mode = say(f"imports.mode.{'dry' if report.dry_run else 'real'}", language)
    about = say(
        "imports.outcome.about",
        language,
        kind=say(f"import_kind.{report.kind}", language),
        mode=mode,
        at=at or "—",
        seconds=round(report.seconds, 1),
    )
    return html.Div([html.H2(report.file_name), html.P(about, className="imports-muted")])


def _actions(report: ImportReport, language: Language, can_go_on: bool) -> Any:
    buttons: list[Any] = []
    if report.batch_id is not None:
        download = say("imports.download.outcome", language)
        address = f"/imports/outcome/{report.batch_id}.xlsx"
        buttons.append(html.A(download, href=address, className="imports-button", download=""))
    if can_go_on and _verdict(report) == "tried":
        words = say("imports.import_now", language)
        buttons.append(html.Button(words, id=Ids.IMPORT, className="imports-button imports-primary"))
    return html.Div(buttons, className="imports-actions")


def _tiles(report: ImportReport, language: Language) -> Any:
    counts = [
        _tile(
            getattr(report, name),
            say(f"imports.count.{name}.name", language),
            say(f"imports.count.{name}.meaning", language),
            f"imports-{name}",
        )
        for name in _COUNTS
    ]
    figures = [
        _tile(
            value,
            say_stored(f"figure.{name}", language),
            say_stored(f"imports.figure_meaning.{name}", language),
            "imports-figure",
        )
        for name, value in ordered_figures(report.figures, language)
        if name not in _COUNTS
    ]
    return [html.Dl(counts, className="imports-tiles"), html.Dl(figures, className="imports-tiles")]


def _tile(value: int, name: str, meaning: str, class_name: str) -> Any:
    number = html.Dd(f"{value:,}", className="imports-number")
    about = html.Dd(meaning, className="imports-muted")
    return html.Div([html.Dt(name), number, about], className=f"imports-tile {class_name}")


def _questions(report: ImportReport, language: Language) -> Any:
    asked = [finding for finding in report.findings if finding.code == _QUESTION and finding.row]
    if not asked:
        return None
    again = say("imports.question.again", language)
    return html.Fieldset(
        [
            html.Legend(say("imports.question.title", language)),
            *(_question(finding, language) for finding in asked),
            html.Button(again, id=Ids.TRY_AGAIN, className="imports-button"),
        ],
        className="imports-questions",
    )


def _question(finding: Finding, language: Language) -> Any:
    unit = finding.facts.get("unit") or finding.original or "—"
    label = say("imports.question.row", language, row=finding.row, unit=unit)
    field = dcc.Input(id=answer_id(finding.row), type="text", maxLength=60, className="imports-input")
    return html.Label([html.Span(label), field], className="imports-field")


def _findings(report: ImportReport, language: Language) -> Any:
    if not report.findings:
        return html.P(say("imports.findings.none", language), className="imports-muted")
    total = report.findings_total or len(report.findings)
    key = "imports.findings.all" if total <= len(report.findings) else "imports.findings.some"
    return html.Div(
        [
            html.H3(say("imports.findings.title", language)),
            html.P(say(key, language, total=total, shown=len(report.findings)), className="imports-muted"),
            _table(report.findings, language),
        ]
    )


def _table(findings: tuple[Finding, ...], language: Language) -> Any:
    whole = len(findings) <= _MOST_AT_ONCE
    return dag.AgGrid(
        rowData=finding_rows(findings, language),
        columnDefs=_columns(language),
        defaultColDef={
            "sortable": True,
            "resizable": True,
            "filter": "agTextColumnFilter",
            "floatingFilter": True,
            "suppressHeaderMenuButton": True,
        },
        columnSize="responsiveSizeToFit",
        dashGridOptions={
            "localeText": grid_words(language),
            "domLayout": "autoHeight" if whole else "normal",
            "enableCellTextSelection": True,
            "ensureDomOrder": True,
            "tooltipShowDelay": 300,
        },
        className="imports-table",
        style={"height": None if whole else "560px", "width": "100%"},
    )


def _columns(language: Language) -> list[dict[str, Any]]:
    def column(field: str, width_px: int, **more: object) -> dict[str, Any]:
        name = say(f"imports.findings.{field}", language)
        return {"field": field, "headerName": name, "width": width_px, **more}

    grades = {
        f"imports-grade-{grade}": f"params.data.grade == '{grade}'" for grade in ("refused", "review", "note")
    }
    return [
        column("severity", 90, cellClassRules=grades, maxWidth=110, suppressFloatingFilterButton=True),
        column("row", 80, filter="agNumberColumnFilter", maxWidth=110, suppressFloatingFilterButton=True),
        column("column", 120, tooltipField="column", maxWidth=180),
        column("original", 170, tooltipField="original", maxWidth=320),
        column("sentence", 520, wrapText=True, autoHeight=True),
    ]
