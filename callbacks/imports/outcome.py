"""What became of an import: counts, what to look at and to answer, findings, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_ag_grid as dag
from dash import dcc, html

from callbacks.frame import labelled
from callbacks.imports.asking import forget_button, mapping, questions, shown_answers
from callbacks.imports.conflicts import conflicting
from callbacks.imports.ids import Ids
from callbacks.imports.inspected import boundaries, shares
from grid.findings import Conflict, Finding, ImportReport
from layers.imports import finding_rows, grid_words, ordered_figures, say_stored
from layers.words import Language, say

_COUNTS = ("rows", "accepted", "review", "refused")
_MOST_AT_ONCE = 12
"""Findings that are shown without scrolling inside the table."""


def outcome(
    report: ImportReport,
    at: str,
    language: Language,
    *,
    can_go_on: bool,
    conflicts: Sequence[Conflict] = (),
) -> Any:
    """Return the outcome of a batch; ``can_go_on`` while the page still holds the upload tried out."""
    inspection = report.inspection
    return html.Section(
        [
            html.Div([_title(report, at, language), _downloads(report, language)], className="imports-head"),
            html.P(
                say(f"imports.outcome.{_verdict(report)}", language),
                className="imports-verdict",
                role="status",
            ),
            *_tiles(report, language),
            questions(report, language) if can_go_on else None,
            boundaries(inspection.boundaries, language),
            shares(inspection.datums, language),
            mapping(inspection, language) if can_go_on else None,
            conflicting(report, conflicts, language),
            _findings(report, language),
            _next(report, language) if can_go_on else None,
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


def _downloads(report: ImportReport, language: Language) -> Any:
    if report.batch_id is None:
        return None
    names = ["outcome", "rows"] if report.rows_kept else ["outcome"]
    links = [
        html.A(
            say(f"imports.download.{name}", language, count=report.rows_kept),
            href=f"/imports/{name}/{report.batch_id}.xlsx",
            className="imports-button",
            download="",
        )
        for name in names
    ]
    return html.Div(links, className="imports-actions")


def _next(report: ImportReport, language: Language) -> Any:
    """Return the bar that says what to do next: try out again with what was set right, or import."""
    note = _hindrance(report, language)
    can_import = note is None
    shown: dict[str, Any] = {
        "answers": shown_answers(report),
        "can_import": can_import,
        "note": note or say("inspection.ready", language),
        "changed": say("inspection.changed", language),
    }
    again, import_now = say("inspection.again", language), say("imports.import_now", language)
    return html.Div(
        [
            html.P(shown["note"], id=Ids.AGAIN_NOTE, role="status"),
            forget_button(report.inspection.table, language),
            html.Button(again, id=Ids.TRY_AGAIN, className="imports-button", hidden=not shown["answers"]),
            html.Button(
                import_now, id=Ids.IMPORT, disabled=not can_import, className="imports-button imports-primary"
            ),
            dcc.Store(id=Ids.SHOWN, data=shown),
        ],
        className="imports-next",
    )


def _hindrance(report: ImportReport, language: Language) -> str | None:
    """Return why a file that was tried out cannot be imported as it is, none where it can."""
    unanswered = len(report.inspection.open_questions)
    if unanswered:
        return say("inspection.open_questions", language, count=unanswered)
    if report.inspection.table is not None and report.inspection.table.missing:
        return say("inspection.unmapped", language)
    return None if _verdict(report) == "tried" else say("inspection.nothing", language)


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
