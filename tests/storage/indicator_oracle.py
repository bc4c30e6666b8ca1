"""An independent slow oracle of indicators: plain Python over exported rows, from the words of the domain.

Nothing here is shared with what it checks, but for the names of indicators.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
_EVALUATION, _RESUBMISSION = timedelta(days=30), timedelta(days=90)
_TIERS = {
    "backlog_resolved": {"nation", "province", "city"},
    "backlog_nation": {"nation"},
    "backlog_province": {"province"},
    "backlog_city": {"city"},
}


@dataclass(frozen=True)
class Asked:
    """One version of an indicator over a period, both days included, as known at the end of a day."""

    code: str
    version: int
    since: date
    until: date
    as_of: date

    @property
    def end(self) -> date:
        """The last day that counts."""
        return self.as_of if self.as_of < self.until else self.until


def rate_parts(rows: Iterable[Row], asked: Asked) -> tuple[int, int]:
    """Return numerator and denominator."""
    numerator = denominator = 0
    for row in rows:
        met, counted = parts_of(row, asked)
        numerator, denominator = numerator + met, denominator + counted
    return numerator, denominator


def parts_of(row: Row, asked: Asked) -> tuple[int, int]:
    """Return by how many one matter counts in the numerator and the denominator."""
    not_begun = asked.since > asked.as_of
    if not_begun or row["purpose"] == "accusation" or row["track"] == "legal":
        return 0, 0
    if asked.code in _TIERS:
        return _backlog(row, asked)
    day = _DAYS[asked.code](row, asked)
    if day is None or day < asked.since or day > asked.end:
        return 0, 0
    if (asked.code, asked.version) == ("repeated", 1):
        sent = row["submissions"]
        return (sent if row["is_repeat"] else sent - 1), sent
    return (1 if _MET[asked.code](row, asked) else 0), 1


def _backlog(row: Row, asked: Asked) -> tuple[int, int]:
    handed = row["forwarded_on"] or row["registered_on"]
    if row["backlog_tier"] not in _TIERS[asked.code] or handed > asked.end:
        return 0, 0
    return int(_by(row["backlog_resolved_on"], asked.end)), 1


def _by(day: date | None, latest: date) -> bool:
    return day is not None and day <= latest


def _settled(row: Row) -> date | None:
    day: date | None = row["replied_on"] or row["closed_on"]
    return day


def _is_ordinary_claim(row: Row) -> bool:
    return bool(row["purpose"] == "claim" and row["track"] == "ordinary")


def _is_open(due: date | None, done: date | None, asked: Asked) -> bool:
    """On the due day itself nothing is missed yet."""
    return due is not None and due >= asked.as_of and not _by(done, asked.as_of)


def _notice_day(row: Row, asked: Asked) -> date | None:
    due: date | None = row["notice_due_on"]
    left_out = row["is_repeat"] and asked.version == 1
    return None if left_out or _is_open(due, row["noticed_on"] or row["accepted_on"], asked) else due


def _due_day(row: Row, asked: Asked) -> date | None:
    if not _is_ordinary_claim(row):
        return None
    unanswered = not _by(_settled(row), asked.as_of)
    due: date | None = row["due_on"]
    return None if (asked.version == 2 and unanswered) or _is_open(due, _settled(row), asked) else due


def _has_evaluated(row: Row, asked: Asked) -> bool:
    return bool(row["evaluation"]) and _by(row["evaluated_on"], asked.as_of)


def _evaluation_day(row: Row, asked: Asked) -> date | None:
    settled = _settled(row)
    if asked.code == "evaluated" and asked.version == 2:
        return settled
    if _has_evaluated(row, asked):
        day: date = row["evaluated_on"]
        return day
    undated = row["evaluation"] and row["evaluated_on"] is None
    if undated or settled is None or (asked.code, asked.version) == ("satisfied", 1):
        return None
    return settled + _EVALUATION


def _first_day(row: Row, asked: Asked) -> date | None:
    if row["is_repeat"]:
        return None
    day: date = row["registered_on"]
    return day + _RESUBMISSION if asked.version == 2 else day


def _closing_day(row: Row, asked: Asked) -> date | None:
    if row["is_repeat"] or not _is_ordinary_claim(row) or row["closed_on"] is None:
        return None
    day: date = row["closed_on"]
    return day + _RESUBMISSION if asked.version == 2 else day


_DAYS = {
    "accepted_in_time": _notice_day,
    "replied_in_time": _due_day,
    "evaluated": _evaluation_day,
    "satisfied": _evaluation_day,
    "repeated": lambda row, asked: row["registered_on"],
    "turned_repeat": _first_day,
    "resolved_at_once": _closing_day,
    "agent_resolved": lambda row, asked: row["accepted_on"] if row["channel"] == "agent" else None,
    "head_read": lambda row, asked: _first_day(row, asked) if row["channel"] == "letter" else None,
}


def _told_in_time(row: Row, asked: Asked) -> bool:
    return _by(row["noticed_on"] or row["accepted_on"], row["notice_due_on"])


def _is_content(row: Row, asked: Asked) -> bool:
    if not _has_evaluated(row, asked):
        return asked.version == 2
    return bool(row["evaluation"] != "unsatisfied")


def _came_again(row: Row, asked: Asked, latest: date) -> bool:
    if row["resubmitted_on"] is None:
        return bool(row["submissions"] > 1)
    return _by(row["resubmitted_on"], min(latest, asked.as_of))


def _turned(row: Row, asked: Asked) -> bool:
    watched = row["registered_on"] + _RESUBMISSION
    return _came_again(row, asked, watched if asked.version == 2 else asked.as_of)


def _went_well(row: Row, asked: Asked) -> bool:
    told = row["evaluated_on"] is None or row["evaluated_on"] <= asked.as_of
    unhappy = row["evaluation"] == "unsatisfied" and told
    return not unhappy and not _came_again(row, asked, row["closed_on"] + _RESUBMISSION)


def _agent_did(row: Row, asked: Asked) -> bool:
    unhappy = asked.version == 2 and row["evaluation"] == "unsatisfied"
    return _by(row["closed_on"], asked.as_of) and not unhappy


_MET = {
    "accepted_in_time": _told_in_time,
    "replied_in_time": lambda row, asked: _by(_settled(row), row["due_on"]),
    "evaluated": _has_evaluated,
    "satisfied": _is_content,
    "repeated": lambda row, asked: row["is_repeat"],
    "turned_repeat": _turned,
    "resolved_at_once": _went_well,
    "agent_resolved": _agent_did,
    "head_read": lambda row, asked: _by(row["head_read_on"], asked.as_of),
}
