"""What a browser sends to the calendar and rules part, trusting nothing in it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from callbacks.admin.asked import read_text
from grid.clocks.notices import LONGEST_TEXT
from grid.clocks.rules import ClockRule, Counting
from grid.clocks.years import StoredRule
from grid.ids import LARGEST_ID
from grid.refusals import Refused

_LONGEST_CODE = 15
_LARGEST_NUMBER = 99_999


def read_notice_text(value: object) -> str:
    """Return a pasted text; raises ``Refused('notice_year_missing')`` for none."""
    text = value.strip() if isinstance(value, str) else ""
    if not text:
        raise Refused("notice_year_missing")
    if len(text) > LONGEST_TEXT:
        raise Refused("notice_too_long", longest=LONGEST_TEXT)
    return text


def read_notice_file(value: object) -> str:
    """Return a dropped file's text; raises ``Refused('notice_file_unreadable')``."""
    try:
        body = base64.b64decode(str(value).partition(",")[2], validate=True)
    except ValueError:
        raise Refused("notice_file_unreadable") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return body.decode(encoding)[:LONGEST_TEXT]
        except UnicodeDecodeError:
            continue
    raise Refused("notice_file_unreadable")


def read_number(value: object) -> int:
    """Return the id of a rule or proposal; raises ``Refused('clock_proposal_unknown')``."""
    if type(value) is not int or not 0 < value <= LARGEST_ID:
        raise Refused("clock_proposal_unknown")
    return value


def read_successor(rules: Sequence[StoredRule], asked: Sequence[object]) -> tuple[int, ClockRule]:
    """Return which rule is followed, and by what.

    Raises ``Refused``: ``clock_rule_unchosen``, ``clock_rule_from``, or those of ``ClockRule``.
    """
    chosen, days, counting, extension, soon, since, source = asked
    found = next((one for one in rules if one.id == chosen and type(chosen) is int), None)
    if found is None:
        raise Refused("clock_rule_unchosen")
    rule = found.rule
    return found.id, replace(
        rule,
        days=_count(days, rule.days),
        counting=Counting(counting)
        if isinstance(counting, str) and counting in set(Counting)
        else rule.counting,
        extension_days=_count(extension, rule.extension_days),
        soon_days=_count(soon, rule.soon_days),
        valid_from=read_day(since),
        source=read_text(source),
    )


def read_place(asked: Sequence[object]) -> tuple[str, date, str]:
    """Return a jurisdiction's code, a day and a source; raises ``Refused``."""
    code, since, source = asked
    digits = code.strip() if isinstance(code, str) else ""
    if not (digits.isascii() and digits.isdigit() and 2 <= len(digits) <= _LONGEST_CODE):
        raise Refused("clock_jurisdiction")
    return digits, read_day(since), read_text(source)


def read_day(value: object) -> date:
    """Return a day; raises ``Refused('clock_rule_from')``."""
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise Refused("clock_rule_from") from None


def _count(value: object, default: int) -> int:
    """Return a whole number, the rule's own where none was typed."""
    if value in (None, ""):
        return default
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 5:
        value = int(value)
    if type(value) is not int or not 0 <= value <= _LARGEST_NUMBER:
        raise Refused("clock_number")
    return value
