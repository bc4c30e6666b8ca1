"""Values: what the cells of real sheets say, read strictly; an unreadable value is an error, never zero."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from functools import lru_cache

Cell = str | int | float | bool | date | datetime | None

_ABSENT = frozenset(
    {"", "—", "——", "–", "-", "--", "/", "\\", "无", "空", "暂无", "未填", "n/a", "null", "none", "nan"}
)
DITTO = frozenset({"同上", "同前", "同左", "〃", "″", "ditto"})
"""Texts that point at another cell."""
_COUNT_LIMIT = 2**31
"""What the database's integers hold."""
_LONGEST_ABSENT = 8
"""Longer texts say something."""
_EPOCH = date(1899, 12, 30)
"""Day 0 of a 1900 workbook, with Excel's invented leap day behind us for every serial that we accept."""
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000
"""1954-10-03 and 2119-01-10: a number outside is no date."""
_DATE = re.compile(
    r"(\d{4})\s*(?:年|[-./])\s*(\d{1,2})\s*(?:月|[-./])\s*(\d{1,2})\s*日?(?:[T ]\s*\d{1,2}:\d{2}.*)?"
)
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SHORT_YEAR = re.compile(r"\d{2}\s*(?:年|[-./])\s*\d{1,2}\s*(?:月|[-./])\s*\d{1,2}\s*日?")
_MONTH = re.compile(r"\d{4}\s*(?:年|[-./])\s*\d{1,2}\s*月?")
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_COUNTED = re.compile(
    r"(约|近|大约|左右)?\s*([-+]?[\d,]+(?:\.0+)?)\s*(个|件|人|次|件次|人次|批|批次|名|户|天|日|位)?\s*(左右|余|多)?"
)
_PERCENT = re.compile(r"[-+]?[\d,.]+\s*[%‰]")
_DMS = re.compile(
    r"([EWNS东西南北])?[经纬]?:?\s*(\d{1,3})\s*[°度d]\s*(?:(\d{1,2}(?:\.\d+)?)\s*['′’分m]\s*)?"
    r"(?:(\d{1,2}(?:\.\d+)?)\s*(?:[\"″”秒s]|['′]{2})\s*)?([EWNS])?",
    re.IGNORECASE,
)
_LETTERED = re.compile(
    r"(?:[EN东北][经纬]?)?:?\s*(\d{1,3}(?:\.\d+)?)\s*[°度]?\s*(?:[EN]|东经|北纬)?", re.IGNORECASE
)
_SCIENTIFIC = re.compile(r"\d+(?:\.\d+)?[eE]\+?\d+")
_PUNCTUATION = frozenset("，。；：！？（）")
_PARTS = re.compile("([，。；：！？（）])")
_TRUE = frozenset({"是", "有", "y", "yes", "true", "1", "√", "对"})
_FALSE = frozenset({"否", "不是", "n", "no", "false", "0", "×", "错"})


class CellProblem(ValueError):  # noqa: N818  it is the cell's, not the program's
    """A cell that does not say what its column needs: a finding's code and facts."""

    def __init__(self, code: str, **facts: str | int | float) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def plain(cell: Cell) -> str:
    """Return a cell's text in NFKC (full-width digits and letters become ordinary), trimmed."""
    if cell is None:
        return ""
    if type(cell) is str and cell.isascii():
        return cell.strip()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell)
    return unicodedata.normalize("NFKC", text).replace("\u200b", "").replace("\ufeff", "").strip()


def sentence(cell: Cell) -> str:
    """Return a cell's text as ``plain`` does, with a Chinese sentence's punctuation as it was written."""
    if not isinstance(cell, str):
        return plain(cell)
    return "".join(part if part in _PUNCTUATION else plain(part) for part in _PARTS.split(cell)).strip()


def is_absent(cell: Cell) -> bool:
    """Return whether a cell says that there is no value: blank, a dash, 无."""
    if cell is None or cell == "":
        return True
    return isinstance(cell, str) and len(cell) <= _LONGEST_ABSENT and plain(cell).lower() in _ABSENT


def read_day(cell: Cell, today: date) -> date | None:
    """Return the day that a cell names, none for an absent one.

    Accepts dates, Excel serials, 2024-01-05, 2024.1.5, 2024/1/5, 2024年1月5日 and 20240105. Raises
    `CellProblem` with ``date_incomplete`` (2024年1月), ``date_two_digit_year`` (24-1-5
    may be 5 January 2024 or 24 January 2005), ``date_unreadable`` or ``date_in_future``.
    """
    if is_absent(cell):
        return None
    if isinstance(cell, datetime):
        day = cell.date()
    elif isinstance(cell, date):
        day = cell
    else:
        day = _day_of_text(plain(cell))
    if day > today:
        raise CellProblem("date_in_future", today=today.isoformat())
    return day


@lru_cache(maxsize=8192)
def _day_of_text(text: str) -> date:
    if len(text) == 5 and text.isdecimal() and _FIRST_SERIAL <= int(text) <= _LAST_SERIAL:
        return _EPOCH + timedelta(days=int(text))
    match = _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text) or _serial_with_time(text)
    if isinstance(match, date):
        return match
    if match is None:
        if _SHORT_YEAR.fullmatch(text):
            raise CellProblem("date_two_digit_year")
        raise CellProblem("date_incomplete" if _MONTH.fullmatch(text) else "date_unreadable")
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise CellProblem("date_unreadable") from None


def _serial_with_time(text: str) -> date | None:
    if re.fullmatch(r"\d{5}\.\d+", text) and _FIRST_SERIAL <= float(text) <= _LAST_SERIAL:
        return _EPOCH + timedelta(days=int(float(text)))
    return None


def read_count(cell: Cell) -> tuple[int | None, bool]:
    """Return the whole number that a cell counts and whether it is approximate (约20, 20余).

    Accepts １７, 7个, 1,234. Raises `CellProblem` with ``count_is_share`` for 12.5 %, and with
    ``count_unreadable`` for anything else, negative ones too.
    """
    if type(cell) is int and 0 <= cell < _COUNT_LIMIT:
        return cell, False
    if is_absent(cell):
        return None, False
    if isinstance(cell, bool):
        raise CellProblem("count_unreadable")
    text = plain(cell)
    if _PERCENT.fullmatch(text):
        raise CellProblem("count_is_share")
    match = _COUNTED.fullmatch(text)
    if match is None or not _NUMBER.fullmatch(match[2]):
        raise CellProblem("count_unreadable")
    number = float(match[2].replace(",", ""))
    if not 0 <= number < _COUNT_LIMIT or not number.is_integer():
        raise CellProblem("count_unreadable")
    return int(number), bool(match[1] or match[4])


def read_number(cell: Cell) -> float | None:
    """Return the number in a cell, none for an absent one; raises `CellProblem('number_unreadable')`."""
    if is_absent(cell):
        return None
    text = plain(cell)
    if isinstance(cell, bool) or not _NUMBER.fullmatch(text):
        raise CellProblem("number_unreadable")
    return float(text.replace(",", ""))


def read_degrees(cell: Cell) -> tuple[float | None, bool]:
    """Return a longitude or latitude in degrees, none for an absent one, and whether it was rewritten.

    Understands 120.5, 120.5°E and 120°30′00″. Raises `CellProblem('number_unreadable')` for anything else.
    """
    if type(cell) is float:
        return cell, False
    if is_absent(cell):
        return None, False
    text = plain(cell)
    if not isinstance(cell, bool) and _NUMBER.fullmatch(text):
        return float(text.replace(",", "")), False
    if match := _LETTERED.fullmatch(text):
        return float(match[1]), True
    match = _DMS.fullmatch(text)
    if match is None or isinstance(cell, bool) or max(float(match[3] or 0), float(match[4] or 0)) >= 60:
        raise CellProblem("number_unreadable")
    sign = -1 if (match[1] or match[5] or "").upper() in {"W", "S", "西", "南"} else 1
    degrees = int(match[2]) + float(match[3] or 0) / 60 + float(match[4] or 0) / 3600
    return sign * round(degrees, 8), True


def read_code(cell: Cell) -> tuple[str, bool]:
    """Return an area code as text ("" for an absent one) and whether it had to be restored.

    331102001001.0, apostrophes, spaces, full-width digits and the letter O between digits are restored.
    Raises `CellProblem('code_in_scientific_notation')`: the digits that 3.31102E+11 lost cannot be known.
    """
    if is_absent(cell):
        return "", False
    if isinstance(cell, bool):
        raise CellProblem("code_unreadable")
    if isinstance(cell, int):
        return str(cell), False
    text = plain(cell)
    if _SCIENTIFIC.fullmatch(text):
        raise CellProblem("code_in_scientific_notation")
    code = re.sub(r"\.0+$", "", text.strip("'’‘` ").replace(" ", ""))
    if re.fullmatch(r"[\dOo]+", code) and any(map(str.isdigit, code)):
        code = code.replace("O", "0").replace("o", "0")
    if not code or len(code) > 40:
        raise CellProblem("code_unreadable")
    return code, isinstance(cell, str) and code != cell.strip()


def read_flag(cell: Cell) -> bool | None:
    """Return yes or no, none for an absent cell; raises `CellProblem('flag_unreadable')`."""
    if isinstance(cell, bool):
        return cell
    if is_absent(cell):
        return None
    text = plain(cell).lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise CellProblem("flag_unreadable")
