"""Identifiers of persons in texts: identity and phone numbers, bank cards, plates, addresses of mail.

Long numbers of other kinds stay: area and grid codes, numbers of matters and work orders, 12345, days,
amounts. Names are not looked for here: no rule finds them reliably.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class IdentifierKind(StrEnum):
    """What kind of identifier was found."""

    ID_CARD = "id_card"
    MOBILE = "mobile"
    LANDLINE = "landline"
    BANK_CARD = "bank_card"
    PLATE = "plate"
    EMAIL = "email"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Identifier:
    """Where in a text an identifier stands."""

    start: int
    end: int
    kind: IdentifierKind


_HALF_WIDTH = {
    **{wide: chr(wide - 0xFEE0).upper() for wide in range(0xFF01, 0xFF5F)},
    **{ord(letter): letter.upper() for letter in string.ascii_lowercase},
    **dict.fromkeys(map(ord, "－—–‐"), "-"),
    **dict.fromkeys(map(ord, "\u3000\u00a0"), " "),
}
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SUSPECT = re.compile(rf"\d[\d\s－—–-]{{5}}|[@＠qQｑＱ]|微信|[{_PROVINCES}][A-Za-zＡ-Ｚａ-ｚ]")
"""A text without any of this holds none, which settles most texts at once, as they are written."""
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|8[1-3]|99)"
_ID_CARD = re.compile(rf"(?<!\d)[1-9]\d{{5}}[ -]?(?:18|19|20)\d{{2}}[ -]?{_DAY}[ -]?\d{{3}}[\dX](?![\dX])")
_OLD_ID_CARD = re.compile(rf"(?<!\d){_PROVINCE}\d{{4}}(\d{{2}}){_DAY}\d{{3}}(?!\d)")
_MOBILE = re.compile(r"(?<!\d)(?:(?:\+|00)?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_LANDLINE = re.compile(
    r"(?<!\d)\(?0(?:10|2\d|[3-9]\d{2})\)?[- ]{0,2}[2-8]\d{6,7}(?:(?:-|转)\d{1,5})?(?!\d)"
    r"|(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)"
)
_BARE_LANDLINE = re.compile(r"(?<!\d)[2-8]\d{6,7}(?!\d)")
_BANK_CARD = re.compile(r"(?<!\d)\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)")
_ISSUERS = re.compile(r"62|4|5[1-5]|35|955[89]|60")
_PLATE = re.compile(
    rf"[{_PROVINCES}][A-HJ-NP-Z][·•・. -]?(?=[A-Z]*\d)"
    r"(?:[A-HJ-NP-Z0-9]{6}|[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳领])(?![A-Z0-9])"
)
_EMAIL = re.compile(r"[A-Z0-9][A-Z0-9_.+-]*@[A-Z0-9-]+(?:\.[A-Z0-9-]+)+")
_ACCOUNT = re.compile(r"(?:QQ|微信)(?:号码?|账号)?[:是为 ]{0,3}([A-Z0-9][A-Z0-9_-]{4,19})(?![A-Z0-9])")
_SAYS_ID = re.compile(r"身份证|证件|公民身份|ID|SFZ")
_SAYS_PHONE = re.compile(r"(?:电话|座机|固话|致电|拨打|来电|TEL)[^\d]{0,5}$")
_SAYS_CARD = re.compile(r"卡号|银行卡|储蓄卡|信用卡|账号|帐号|账户|帐户|尾号")
_SAYS_CASE = re.compile(r"(?:编号|件号|单号|工单|受理号|登记号|案号|文号|代码|编码|流水号)[为是:() ]{0,3}$")
_OWN_LETTERS = frozenset({"ID", "SFZ", "SFZH", "NO", "TEL", "PHONE", "MOBILE", "MOB", "SJ", "DH", "T", "P"})
"""Letters that may stand right before a person's number; others make it a matter's."""
_CASE_DAY = re.compile(rf"(?=(?:.{{0}}|.{{4}}|.{{6}}|.{{9}}|.{{12}})(?:19|20)\d{{2}}{_DAY})")
_REACH = 12
"""Characters before a number that may say what it is."""
_LATEST_BIRTH = 2020
"""A later year of birth is rather the day of a matter, where nothing says otherwise."""
_LATEST_BIRTH_OF_CASES = 2005
"""The same right after a word for a matter's number, one in eleven of which has the check digit by chance."""
_OLD_FROM = 50
"""Two-digit years of birth below are rather town numbers in the code of a grid."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_NUMBER_AS_ID = re.compile(rf"{_PROVINCE}\d{{4}}(?:19\d{{2}}|20[01]\d){_DAY}\d{{4}}")
_CUT_SHORT = re.compile(r"(?:[1-6]\.\d+E\+17|6\.2\d*E\+1[58])")


def half_width(text: str) -> str:
    """Return a text of the same length with ordinary digits and capital letters."""
    return text.translate(_HALF_WIDTH)


def is_id_number(text: str) -> bool:
    """Return whether a text is a resident identity number: 18 characters with the check of GB 11643."""
    text = re.sub(r"(?<=\d)[ -](?=\d)", "", half_width(text).strip())
    if len(text) != 18 or _ID_CARD.fullmatch(text) is None:
        return False
    return _CHECK[sum(int(d) * w for d, w in zip(text, _WEIGHTS, strict=False)) % 11] == text[17]


def is_mobile_number(text: str) -> bool:
    """Return whether a text is nothing but a mobile number."""
    return _MOBILE.fullmatch(half_width(text).strip()) is not None


def is_personal_number(number: float) -> bool:
    """Return whether a number that a sheet keeps as such is a person's.

    Sheets keep 15 digits only, so that the last ones of an identity or card number are zeros and prove
    nothing any more.
    """
    if not float(number).is_integer() or number < 10**10:
        return False
    text = str(int(number))
    if len(text) == 11:
        return is_mobile_number(text)
    if len(text) == 15:
        return _is_old_id(text, "")
    if _NUMBER_AS_ID.fullmatch(text):
        return True
    return 16 <= len(text) <= 19 and text.startswith("62") and not _CASE_DAY.match(text)


def is_number_cut_short(text: str) -> bool:
    """Return whether a text is an identity or card number that a sheet wrote as 3.30102E+17."""
    return _CUT_SHORT.fullmatch(half_width(text).strip()) is not None


def find_identifiers(text: str) -> list[Identifier]:
    """Return the identifiers in a text, in order and without overlaps."""
    if _SUSPECT.search(text) is None:
        return []
    plain = half_width(text)
    found: list[Identifier] = []
    # Widest first: an identity number is not looked at as a phone number.
    for each in _candidates(plain):
        if all(each.end <= other.start or each.start >= other.end for other in found):
            found.append(each)
    return sorted(found, key=lambda each: each.start)


def _candidates(plain: str) -> Iterator[Identifier]:
    for match in _EMAIL.finditer(plain):
        yield Identifier(*match.span(), IdentifierKind.EMAIL)
    for pattern, kind, holds in _NUMBERS:
        for match in pattern.finditer(plain):
            before = plain[max(0, match.start() - _REACH) : match.start()]
            if _may_begin(before) and holds(match.group(), before):
                yield Identifier(*match.span(), kind)
    for match in _PLATE.finditer(plain):
        yield Identifier(*match.span(), IdentifierKind.PLATE)
    for match in _ACCOUNT.finditer(plain):
        if any(map(str.isdigit, match[1])):
            yield Identifier(*match.span(1), IdentifierKind.ACCOUNT)


def _may_begin(before: str) -> bool:
    """Return whether a person's number may follow: neither the letters of a matter's number nor a decimal."""
    if before[-1:] == "." and before[-2:-1].isdigit():
        return False
    letters = re.search(r"[A-Z]+[-_]?$", before)
    if letters is None:
        return True
    return letters.group().rstrip("-_") in _OWN_LETTERS and not _SAYS_CASE.search(before[: letters.start()])


def _holds_id(text: str, before: str) -> bool:
    digits = re.sub(r"[ -]", "", text)
    if _SAYS_ID.search(before):
        return True
    latest = _LATEST_BIRTH_OF_CASES if _SAYS_CASE.search(before) else _LATEST_BIRTH
    return is_id_number(digits) and int(digits[6:10]) <= latest


def _is_old_id(text: str, before: str) -> bool:
    match = _OLD_ID_CARD.fullmatch(text)
    return match is not None and (int(match[1]) >= _OLD_FROM or _SAYS_ID.search(before) is not None)


def _holds_card(text: str, before: str) -> bool:
    digits = re.sub(r"[ -]", "", text)
    if _SAYS_CARD.search(before):
        return True
    if _SAYS_CASE.search(before) or not _ISSUERS.match(digits) or _CASE_DAY.match(digits):
        return False
    return _has_luhn_check(digits)


def _has_luhn_check(digits: str) -> bool:
    """Return whether a number has the check digit of ISO/IEC 7812-1, as bank cards have."""
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(map(int, digits[-1::-2]))) % 10 == 0


def _holds_bare_landline(text: str, before: str) -> bool:
    dated = len(text) == 8 and re.fullmatch(rf"20\d{{2}}{_DAY}", text) is not None
    return _SAYS_PHONE.search(before) is not None and not dated


def _always(_text: str, _before: str) -> bool:
    return True


_NUMBERS: tuple[tuple[re.Pattern[str], IdentifierKind, Callable[[str, str], bool]], ...] = (
    (_ID_CARD, IdentifierKind.ID_CARD, _holds_id),
    (_BANK_CARD, IdentifierKind.BANK_CARD, _holds_card),
    (_OLD_ID_CARD, IdentifierKind.ID_CARD, _is_old_id),
    (_MOBILE, IdentifierKind.MOBILE, _always),
    (_LANDLINE, IdentifierKind.LANDLINE, _always),
    (_BARE_LANDLINE, IdentifierKind.LANDLINE, _holds_bare_landline),
)
