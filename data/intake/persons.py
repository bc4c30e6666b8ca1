"""Personal data in files: recognised by header and content, dropped or blanked before anything is stored."""

from __future__ import annotations

import re
from collections.abc import Iterable

BLANK = "***"
_SAMPLE = 200
ENOUGH = 0.3
"""Share of a column's values that must be personal for the whole column to count as such."""

_HEADERS = re.compile(
    r"姓名|名字|身份证|证件号|公民身份|电话|手机|联系方式|联系人|住址|住所|户籍|户口|籍贯|性别|年龄|出生|生日|民族|职业|"
    r"工作单位|照片|相片|头像|微信|qq|邮箱|电子邮件|银行卡|银行账号|车牌|政治面貌|婚姻|健康状况|家庭成员|"
    r"信访人|上访人|来访人|来信人|当事人|申请人|投诉人|反映人|举报人|控告人|诉求人|"
    r"^(full_?|first_?|last_?)?name$|phone|mobile|id_?card|gender|^sex$|^age$|birth|ethnic|occupation|photo|e-?mail",
    re.IGNORECASE,
)
_ID_CARD = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dXx])"
)
_OLD_ID_CARD = re.compile(
    r"(?<!\d)(?:身份证号?码?[:： ]*)\d{6}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)"
)
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)|(?<=电话)[:： ]*\d{7,8}(?!\d)")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_HALF_WIDTH = str.maketrans("０１２３４５６７８９－Ｘｘ　", "0123456789-Xx ")


def is_person_header(header: str) -> bool:
    """Return whether a column's header names something personal."""
    return _HEADERS.search(header) is not None


def is_id_number(text: str) -> bool:
    """Return whether a text is a resident identity number: 18 characters with the check of GB 11643."""
    text = text.strip().translate(_HALF_WIDTH).upper()
    if _ID_CARD.fullmatch(text) is None:
        return False
    return _CHECK[sum(int(d) * w for d, w in zip(text, _WEIGHTS, strict=False)) % 11] == text[17]


def is_person_number(text: str) -> bool:
    """Return whether a text is nothing but a resident identity number or a mobile number."""
    return is_id_number(text) or _MOBILE.fullmatch(text.strip().translate(_HALF_WIDTH)) is not None


def looks_personal(values: Iterable[object]) -> bool:
    """Return whether many of a column's values are identity or phone numbers."""
    texts = [str(value) for value in values if value is not None][:_SAMPLE]
    return bool(texts) and sum(redact(text)[1] > 0 for text in texts) >= ENOUGH * len(texts)


def redact(text: str) -> tuple[str, int]:
    """Return ``text`` with identity and phone numbers blanked, and how many there were.

    Area codes, case numbers and 12345 stay: a long number must have the check digit of an identity number.
    """
    plain = text.translate(_HALF_WIDTH)
    if sum(map(str.isdigit, plain)) < 7:
        return text, 0
    spans = [m.span() for m in _ID_CARD.finditer(plain) if is_id_number(m.group())]
    for pattern in (_OLD_ID_CARD, _MOBILE, _LANDLINE):
        spans += [m.span() for m in pattern.finditer(plain)]
    # From the end, so that earlier positions stay true; the translation above kept the length.
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + BLANK + text[end:]
    return text, len(spans)
