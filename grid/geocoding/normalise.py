"""Normal form of address texts and of the names they are compared with."""

from __future__ import annotations

import re
import unicodedata

from grid.geocoding.traditional import SIMPLIFIED
from grid.reviewing import LONGEST_KEY

_INVISIBLE = re.compile(r"[\s\x00-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]+")
_NUMERAL = re.compile("[〇零一二两三四五六七八九十百千]{1,12}(?=号|弄|幢|栋|单元|室|组|期|网格)")
_GRID = re.compile(r"第?0{0,4}(\d{1,6})号?网格")
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_VARIANTS = str.maketrans("奥墺垟塆", "岙岙洋湾")
"""Characters of hamlets that people and old files write in either way."""


def normalise(text: str) -> str:
    """Return a text as names are compared: NFKC, nothing invisible, simplified, house numbers in digits."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    # Once more: an accent that stood on a space now stands on a letter.
    text = unicodedata.normalize("NFKC", text).translate(SIMPLIFIED)
    text = _NUMERAL.sub(lambda found: _read_numeral(found[0]), text)
    return _GRID.sub(r"第\1网格", text)


def fold(text: str) -> str:
    """Return the form in which texts and names are matched: normal, with one spelling of local characters.

    A decision holds for the text as it is spelt (`address_key`): 张奥村 may lie beside 张岙村.
    """
    return normalise(text).translate(_VARIANTS)


def address_key(text: str) -> str:
    """Return what identifies an address text in review and decisions: its normal form, cut to a length."""
    return normalise(text)[:LONGEST_KEY]


def _read_numeral(numeral: str) -> str:
    """Return a Chinese numeral below 10,000 in digits; a row of digits (一二八) is read digit by digit."""
    if _UNITS.keys().isdisjoint(numeral):
        return "".join(str(_DIGITS[char]) for char in numeral)
    total, digit = 0, 0
    for char in numeral:
        if char in _UNITS:
            total += (digit or 1) * _UNITS[char]
            digit = 0
        else:
            digit = _DIGITS[char]
    return str(total + digit)
