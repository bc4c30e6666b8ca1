"""Workbooks as answers: a file under its own name, or words with the status of what went wrong."""

from __future__ import annotations

import pytest

from callbacks.workbooks import workbook
from grid.refusals import Refused
from layers.words import Language


@pytest.mark.parametrize(
    ("code", "status"),
    [("batch_unknown", 404), ("database_down", 503), ("database_slow", 503), ("not_allowed", 400)],
)
def test_a_refusal_is_words_and_no_file(code: str, status: int) -> None:
    def refuse() -> tuple[bytes, str]:
        raise Refused(code)

    answer = workbook(refuse, Language.ZH)
    assert (answer.status_code, answer.mimetype) == (status, "text/plain")
    assert "Content-Disposition" not in answer.headers
    assert answer.get_data(as_text=True)


def test_a_file_has_its_own_name_whatever_is_in_it() -> None:
    answer = workbook(lambda: (b"PK", '枫\r\n"; x=y.xlsx'), Language.ZH)
    shown = answer.headers["Content-Disposition"]
    assert shown == "attachment; filename*=UTF-8''%E6%9E%AB%0D%0A%22%3B%20x%3Dy.xlsx"
    assert (answer.status_code, answer.data) == (200, b"PK")
