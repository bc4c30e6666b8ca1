"""The supervision phone on a grid's notice card is an office's: never somebody's own."""

from __future__ import annotations

import pytest

from data.demo.names import OFFICE_LINE
from grid.accounts import read_office_line
from grid.refusals import Refused


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""), ("  ", ""), ("12345", "12345"), ("110", "110"), ("0579-88881234", "0579-88881234"),
        ("021 6234 5678", None), ("02162345678", "02162345678"), ("0579－88881234－801", "0579-88881234-801"),
        ("88881234", "88881234"), ("400-123-4567", "400-123-4567"), (OFFICE_LINE, OFFICE_LINE),
        ("12", None), ("1234567", None), ("张三", None), ("88881234 张主任", None), ("12345\n", "12345"),
        ("<b>12345</b>", None), ("٠١٢٣٤", None), ("=12345", None), ("123456789012345678", None),
    ],
)  # fmt: skip
def test_an_office_line_is_a_service_number_or_a_landline(text: str, line: str | None) -> None:
    if line is None:
        with pytest.raises(Refused, match="office_line_unreadable"):
            read_office_line(text)
    else:
        assert read_office_line(text) == line


@pytest.mark.parametrize("text", ["13800138000", "138 0013 8000", "+8613800138000", "１３８００１３８０００"])
def test_a_mobile_phone_is_a_persons(text: str) -> None:
    with pytest.raises(Refused, match="office_line_personal") as refused:
        read_office_line(text)
    assert refused.value.facts == {}
