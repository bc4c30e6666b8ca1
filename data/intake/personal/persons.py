"""Personal data in files: recognised by header and content, dropped or blanked before anything is stored."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from grid.personal.identifiers import (
    IdentifierKind,
    find_identifiers,
    is_id_number,
    is_mobile_number,
    is_number_cut_short,
    is_personal_number,
)
from grid.personal.names import SURNAMES

BLANK = "***"
_SAMPLE = 200
ENOUGH = 0.3
"""Share of a column's values that must be personal for the whole column to count as such."""
_MANY_NAMES = 0.6
_HEADERS = re.compile(
    r"姓名|名字|姓氏|称呼|身份证|证件号|公民身份|电话|手机|联系方式|联系人|联络员|来电号码|主叫|住址|住所|户籍|户口|籍贯|"
    r"家庭地址|联系地址|通讯地址|居住地址|现居|居住地|性别|年龄|出生|生日|民族|职业|"
    r"工作单位|照片|相片|头像|微信|qq|邮箱|电子邮件|银行卡|银行账[号户]|车牌|政治面貌|婚姻|健康状况|家庭成员|监护人|"
    r"(?:信访|上访|来访|来信|来电|当事|申请|投诉|反映|举报|控告|诉求|求助|报料|咨询)人(?![数次])|(?:投诉|举报|服务)对象|"
    r"(?:经办|承办|受理|登记|接访|录入|签收|审核|处理|办理|操作|接线)(?:人员?|员)$|话务员|坐席|"
    r"^(full_?|first_?|last_?)?name$|petitioner|caller|phone|mobile|^tel|id_?card|^id_?no$|gender|^sex$|^age$|birth|ethnic|"
    r"occupation|photo|e-?mail|^(?:xm|xfrxm|xfr|xingming|sfzh|sfzhm|shenfenzhe\w*|zjhm|lxdh|lianxidian\w*|lxfs|lxr|sjh|sjhm|"
    r"shouji\w*|dianhua\w*|xb|xingbie|nl|csrq|jtzz|hjdz|zhuzhi)$",
    re.IGNORECASE,
)
_PERSON = re.compile(
    rf"(?:[{SURNAMES}](?:[\u4e00-\u9fff]{{1,2}}|某{{1,2}}|[*＊×xX]{{1,2}}|[\u4e00-\u9fff]?[*＊]|先生|女士|小姐|同志)|"
    r"(?:欧阳|诸葛|上官|司马|东方|夏侯|皇甫|尉迟|公孙|慕容)[\u4e00-\u9fff]{1,2})"
)
_PLACE = re.compile(r"[村镇乡县区市省路街巷组户所站点局委办院校厂店社园苑里坊桥山江河湖湾]$")


def is_person_header(header: str) -> bool:
    """Return whether a column's header names something personal."""
    return _HEADERS.search(header) is not None


def is_person_number(text: str) -> bool:
    """Return whether a text is nothing but a resident identity number or a mobile number."""
    return is_id_number(text) or is_mobile_number(text)


def looks_personal(values: Iterable[object]) -> bool:
    """Return whether many of a column's values hold identifiers, be they texts or numbers."""
    said = [value for value in values if value is not None and value != ""][:_SAMPLE]
    return bool(said) and sum(map(_is_personal, said)) >= ENOUGH * len(said)


def _is_personal(value: object) -> bool:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return is_personal_number(value)
    text = str(value)
    return bool(find_identifiers(text)) or is_number_cut_short(text)


def looks_like_names(values: Sequence[object]) -> bool:
    """Return whether most of a column's values look like names of people.

    A help only, for columns that nothing else speaks for: no rule tells names from other words reliably.
    """
    texts = [str(value).strip() for value in values if value is not None][:_SAMPLE]
    if len(texts) < 3:
        return False
    names = [text for text in texts if _PERSON.fullmatch(text) and not _PLACE.search(text)]
    return len(names) >= _MANY_NAMES * len(texts) and len(set(names)) >= 0.5 * len(names)


def redact(text: str) -> tuple[str, int]:
    """Return ``text`` with identifiers blanked, and how many there were."""
    blanked, kinds = redact_kinds(text)
    return blanked, sum(kinds.values())


def redact_kinds(text: str) -> tuple[str, Counter[IdentifierKind]]:
    """Return ``text`` with identifiers blanked, and how many there were of each kind."""
    found = find_identifiers(text)
    # From the end, so that earlier positions stay true.
    for each in reversed(found):
        text = text[: each.start] + BLANK + text[each.end :]
    return text, Counter(each.kind for each in found)


__all__ = [
    "BLANK", "ENOUGH", "is_id_number", "is_person_header", "is_person_number", "looks_like_names",
    "looks_personal", "redact", "redact_kinds",
]  # fmt: skip
