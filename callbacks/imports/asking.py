"""What an import asks of the person who sends the file: answers, and the fields of a table's columns.

Every field stands under the name of the option that its value is given as. ``shown_answers`` tells what each
field holds as it is laid out, so that only what was changed is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dash import dcc, html

from callbacks.dropdowns import dropdown_words
from callbacks.imports.ids import Ids, answer_id
from grid.findings import Finding, ImportReport
from grid.inspection import Choice, ColumnView, GuessSource, Inspection, Question, TableView
from layers.imports import field_words, say_stored
from layers.words import Language, say

LEFT_OUT = "-"
"""Said of a column that is to be left out."""
_LEADER = "leader_missing"
"""The finding that a person can answer here, by naming the row's leader."""
_LEADER_OPTION = "leader_row_{}"
Asked = frozenset[str]
"""Options of an inspection's questions."""
_SHEET, _HEADER_FROM, _HEADER_TO, _COLUMN = "sheet", "header_from", "header_to", "column_{}"


def shown_answers(report: ImportReport) -> dict[str, str]:
    """Return by option what the fields of a report hold as they are laid out, proposals not among them."""
    answers = {option: "" for option, _ in _leaders(report)}
    table = report.inspection.table
    if table is not None:
        answers |= {_SHEET: table.sheet} if len(table.sheets) > 1 else {}
        answers |= {_HEADER_FROM: str(table.header_from), _HEADER_TO: str(table.header_to)}
        answers |= {
            _COLUMN.format(column.index): column.field or LEFT_OUT
            for column in table.columns
            if not column.personal
        }
    return answers | {question.option: question.answer for question in report.inspection.questions}


def questions(report: ImportReport, language: Language) -> Any:
    """Return what must or may be answered, none where nothing is asked."""
    asked = [_question(question, language) for question in report.inspection.questions]
    leaders = [_leader(option, finding, language) for option, finding in _leaders(report)]
    if not asked and not leaders:
        return None
    title = say(f"inspection.{'must' if report.inspection.open_questions else 'may'}_title", language)
    hint = html.P(say("imports.question.title", language), className="imports-muted") if leaders else None
    named = html.Div(leaders, className="imports-leaders") if leaders else None
    return html.Section([html.H3(title), *asked, hint, named], className="imports-questions")


def mapping(inspection: Inspection, language: Language) -> Any:
    """Return how a table was read, each part of it to be set right; none for what is no table.

    What is asked as a question is not asked here once more.
    """
    table = inspection.table
    if table is None:
        return None
    asked = frozenset(question.option for question in inspection.questions)
    left_out = sum(column.personal for column in table.columns)
    found = sum(bool(column.field) for column in table.columns)
    facts = {"columns": len(table.columns), "found": found, "personal": left_out}
    summary = html.Summary(
        [
            html.H3(say("inspection.mapping_title", language)),
            html.Span(say("inspection.mapping_about", language, **facts)),
        ]
    )
    return html.Details(
        [
            summary,
            _missing(table, language),
            _reading(table, asked, language),
            _columns(table, asked, language),
        ],
        open=bool(table.missing) or any(_is_doubtful(column) for column in table.columns),
        className="imports-mapping",
    )


def _leaders(report: ImportReport) -> Iterator[tuple[str, Finding]]:
    for finding in report.findings:
        if finding.code == _LEADER and finding.row:
            yield _LEADER_OPTION.format(finding.row), finding


def _leader(option: str, finding: Finding, language: Language) -> Any:
    unit = finding.facts.get("unit") or finding.original or "—"
    label = say("imports.question.row", language, row=finding.row, unit=unit)
    return html.Label([html.Span(label), _text(option, "")], className="imports-field")


def _question(question: Question, language: Language) -> Any:
    words = say_stored(f"questions.{question.code}", language, **question.facts)
    need = None
    if question.required and not question.answer:
        need = html.Span(say("inspection.must_answer", language), className="imports-required")
    if not question.choices:
        label = [html.Span([words, need]), _text(question.option, question.answer)]
        return html.Label(label, className="imports-field imports-question")
    value = question.answer or (question.proposed if question.required else "")
    radios = dcc.RadioItems(
        [_choice(choice, question, language) for choice in question.choices],
        value or None,
        id=answer_id(question.option),
        className="imports-answers",
    )
    return html.Fieldset([html.Legend([words, need]), radios], className="imports-field imports-question")


def _choice(choice: Choice, question: Question, language: Language) -> dict[str, Any]:
    words: list[Any] = [say_stored(f"choices.{choice.code}", language, **choice.facts)]
    if choice.value == question.proposed:
        words.append(html.Span(say("inspection.proposed", language), className="imports-proposed"))
    return {"label": html.Span(words), "value": choice.value}


def _text(option: str, value: str) -> Any:
    return dcc.Input(id=answer_id(option), type="text", value=value, maxLength=60, className="imports-input")


def _missing(table: TableView, language: Language) -> Any:
    if not table.missing:
        return None
    names = "、".join(field_words(field, language) for field in table.missing)
    return html.P(say("inspection.missing", language, fields=names), className="imports-note", role="alert")


def _reading(table: TableView, asked: Asked, language: Language) -> Any:
    """Return which sheet was read and which of its rows are headers."""
    parts: list[Any] = []
    if len(table.sheets) > 1 and _SHEET not in asked:
        field = dcc.Dropdown(
            list(table.sheets), table.sheet, id=answer_id(_SHEET), clearable=False, searchable=False
        )
        parts.append(_small(say("inspection.sheet", language), field, "imports-sheet"))
    elif table.sheet:
        sheet = html.Span(table.sheet, className="imports-fixed")
        parts.append(_small(say("inspection.sheet", language), sheet, "imports-sheet"))
    rows = {_HEADER_FROM: table.header_from, _HEADER_TO: table.header_to}
    for option, row in rows.items():
        if option in asked:
            continue
        number = dcc.Input(
            id=answer_id(option), type="number", value=row, min=1, max=200, step=1, className="imports-input"
        )
        parts.append(_small(say(f"inspection.{option}", language), number, "imports-row-number"))
    return html.Div(parts, className="imports-reading")


def _small(name: str, field: Any, class_name: str) -> Any:
    return html.Label([html.Span(name), field], className=f"imports-small {class_name}")


def _columns(table: TableView, asked: Asked, language: Language) -> Any:
    names = ("header", "samples", "field", "source")
    heads = [html.Th(say(f"inspection.column.{name}", language), scope="col") for name in names]
    rows = [_column(column, table, asked, language) for column in table.columns]
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="imports-columns-table")


def _column(column: ColumnView, table: TableView, asked: Asked, language: Language) -> Any:
    header = html.Th(
        column.header or say("inspection.no_header", language, number=column.index + 1), scope="row"
    )
    samples = html.Td(
        "　".join(column.samples) or "—", className="imports-samples", title="　".join(column.samples)
    )
    if column.personal:
        told = html.Td(say("inspection.personal", language), colSpan=2, className="imports-personal")
        return html.Tr(
            [header, html.Td("—", className="imports-samples"), told], className="imports-left-out"
        )
    source = html.Td(
        say(f"guess_source.{column.source}", language), className=f"imports-source-{column.source}"
    )
    fixed = _COLUMN.format(column.index) in asked
    chosen = field_words(column.field, language) if fixed else _field(column, table, language)
    return html.Tr([header, samples, html.Td(chosen), source])


def _field(column: ColumnView, table: TableView, language: Language) -> Any:
    fields = [{"label": field_words(field, language), "value": field} for field in table.fields]
    nothing = {"label": say("inspection.left_out", language), "value": LEFT_OUT}
    return dcc.Dropdown(
        [nothing, *fields],
        column.field or LEFT_OUT,
        id=answer_id(_COLUMN.format(column.index)),
        clearable=False,
        className="imports-field-choice",
        labels=dropdown_words(language),
    )


def _is_doubtful(column: ColumnView) -> bool:
    known = {GuessSource.HEADER, GuessSource.REMEMBERED, GuessSource.CHOSEN}
    return not column.personal and column.source not in known


def forget_button(table: TableView | None, language: Language) -> Any:
    """Return the button that forgets a source's columns, none where nothing remembered was used."""
    if table is None or all(column.source is not GuessSource.REMEMBERED for column in table.columns):
        return None
    return html.Button(say("inspection.forget", language), id=Ids.FORGET, className="imports-button")
