"""What the import page tells of files and options is what the intake takes."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from callbacks.imports.asking import shown_answers
from callbacks.imports.formats import COLUMNS, OPTIONS
from callbacks.imports.ids import answer_id
from callbacks.imports.templates import write_template
from callbacks.imports.uploads import read_answers
from data.intake import coverage, gazetteer, listings, populations, service, travel_times
from data.intake.boundaries import level as boundaries
from data.intake.matters import petitions
from data.intake.tables import headers
from grid.findings import ImportKind
from layers.words import Language, all_words
from tests.screens.imports_city import make_report

ACCEPTED_OPTIONS = {
    ImportKind.BOUNDARIES: boundaries.OPTIONS,
    ImportKind.GAZETTEER: gazetteer.OPTIONS,
    ImportKind.PETITIONS: petitions.OPTIONS,
    ImportKind.SERVICE_POINTS: service.OPTIONS,
    ImportKind.COVERAGE: coverage.OPTIONS,
    ImportKind.LISTINGS: listings.OPTIONS,
    ImportKind.POPULATIONS: populations.OPTIONS,
    ImportKind.TRAVEL_TIMES: travel_times.OPTIONS,
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_every_column_shown_is_one_that_the_intake_knows(kind: ImportKind) -> None:
    fields = [headers.field_of(column.header, headers.BY_KIND[kind]) for column in COLUMNS[kind]]
    assert None not in fields
    assert len(set(fields)) == len(fields)
    required = {field for field, column in zip(fields, COLUMNS[kind], strict=True) if column.required}
    assert set(headers.REQUIRED[kind]) <= required


@pytest.mark.parametrize("kind", COLUMNS)
def test_every_option_of_the_form_is_one_that_the_intake_takes(kind: ImportKind) -> None:
    assert {option.name for option in OPTIONS[kind]} <= ACCEPTED_OPTIONS[kind]


def test_an_answer_becomes_the_option_that_the_intake_reads() -> None:
    (asked,) = [option for option in shown_answers(make_report()) if option.startswith("leader")]
    assert read_answers([answer_id(asked)], [" 市长 "], {"answers": {}}) == {
        coverage._ANSWER.format(8): "市长"
    }


@pytest.mark.parametrize("language", Language)
def test_every_field_of_a_table_has_a_name(language: Language) -> None:
    fields = {field for known in headers.BY_KIND.values() for field in known}
    assert {f"field.{field}" for field in fields} <= set(all_words(language))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", COLUMNS)
def test_a_template_opens_with_the_headers_and_a_guide(kind: ImportKind, language: Language) -> None:
    book = load_workbook(io.BytesIO(write_template(kind, language)))
    sheet, guide = book.worksheets
    assert [cell.value for cell in sheet[1]] == [column.header for column in COLUMNS[kind]]
    assert sheet.max_row == 1, "an example row would be imported"
    assert guide.max_row == len(COLUMNS[kind]) + 1


@pytest.mark.parametrize("language", Language)
def test_every_figure_of_a_report_has_a_meaning(language: Language) -> None:
    words = all_words(language)
    figures = {key.removeprefix("figure.") for key in words if key.startswith("figure.")} - {"rows"}
    assert figures
    assert {f"imports.figure_meaning.{name}" for name in figures} <= set(words)
