"""Steps: what a row tells of a matter's handling beside its course, and the extension of its term."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from data.intake.personal.persons import redact
from data.intake.tables import vocabulary as words
from data.intake.tables.headers import PETITIONS
from data.intake.tables.rows import RowReader
from grid.clocks.rules import LONGEST_EXTENSION_DAYS
from grid.matters import BacklogTier

UNSAID = "来源未载明"
"""Stands for the approver or the reason of an extension that its source does not give."""
STEP_DAYS = (
    "received_on", "forwarded_on", "unit_received_on", "noticed_on", "evaluated_on", "resubmitted_on",
    "backlog_resolved_on", "head_read_on",
)  # fmt: skip
"""Days that a matter may have beside those of its course; its fields of the same names."""
ORDERS = (
    ("registered_on", "forwarded_on", "unit_received_on", "accepted_on", "noticed_on"),
    ("received_on", "forwarded_on", "unit_received_on", "noticed_on"),
    ("received_on", "head_read_on"),
    ("registered_on", "accepted_on", "extended_on"),
    ("replied_on", "evaluated_on"),
    ("registered_on", "resubmitted_on"),
    ("registered_on", "backlog_resolved_on"),
)
"""Days that cannot come before those named earlier. A repeat, a reading and a grade may come at any stage."""
_COURSE = ("registered_on", "accepted_on", "replied_on", "closed_on")
_LONGEST_APPROVER, _LONGEST_REASON = 60, 300
_EXTENSION_CELLS = ("extended_on", "extension_approver", "extension_reason")


class Extension(NamedTuple):
    """An extension (延期) of a matter's term; fields as staged, all none where there is no extension."""

    extension_days: int | None = None
    extended_on: date | None = None
    extension_approver: str | None = None
    extension_reason: str | None = None


def read_steps(row: RowReader, course: Mapping[str, date | None]) -> dict[str, date | BacklogTier | None]:
    """Return a row's further days and its backlog tier by field; refuses the row where days contradict.

    ``course`` gives the days of the matter's course by field.
    """
    steps = {field: row.day(field) for field in STEP_DAYS}
    days = {**course, **steps, "extended_on": None if row.refused else row.day("extended_on")}
    _check_orders(row, days)
    return {**steps, "backlog_tier": read_tier(row)}


def read_tier(row: RowReader) -> BacklogTier | None:
    """Return who handed a backlog matter over, none where the row does not say."""
    return row.word("backlog_tier", words.BACKLOG_TIERS)


def read_extension_days(row: RowReader) -> int:
    """Return the days by which the term was extended; refuses the row where they are too many (Art. 34)."""
    extension = row.count("extension_days") or 0
    if extension > LONGEST_EXTENSION_DAYS:
        row.refuse("extension_too_long", "extension_days", limit=LONGEST_EXTENSION_DAYS)
    return extension


def read_approver(row: RowReader) -> str:
    """Return the post that approved an extension, identifiers blanked, "" where none is given."""
    return _blanked(row, "extension_approver", _LONGEST_APPROVER)


def read_reason(row: RowReader) -> str:
    """Return the reason of an extension, identifiers blanked, "" where none is given."""
    return _blanked(row, "extension_reason", _LONGEST_REASON)


def read_extension(row: RowReader, begun_on: date) -> Extension:
    """Return a row's extension; what the source leaves unsaid of it goes to review, and nothing is lost.

    Without a day of its own it is taken as approved on ``begun_on``, the day from which its term runs.
    """
    days, approver, reason = read_extension_days(row), read_approver(row), read_reason(row)
    extended_on = None if row.refused else row.day("extended_on")
    said = dict(zip(_EXTENSION_CELLS, (extended_on, approver, reason), strict=True))
    if not days:
        for field in [field for field in _EXTENSION_CELLS if said[field]][:1]:
            row.review("extension_without_days", field)
        return Extension()
    missing = [PETITIONS[field][0] for field in _EXTENSION_CELLS if not said[field]]
    if missing and not row.refused:
        row.review("extension_unsaid", "extension_days", missing="、".join(missing), word=UNSAID)
    return Extension(days, extended_on or begun_on, approver or UNSAID, reason or UNSAID)


def _blanked(row: RowReader, field: str, longest: int) -> str:
    said, hidden = redact(row.text(field, longest))
    if hidden:
        row.note("extension_redacted", field, count=hidden)
    return said.strip()


def _check_orders(row: RowReader, days: Mapping[str, date | None]) -> None:
    told = set(pairwise(_COURSE))
    for order in ORDERS:
        known = [(field, day) for field in order if (day := days[field]) is not None]
        for (earlier, first), (later, second) in pairwise(known):
            if second < first and (earlier, later) not in told:
                told.add((earlier, later))
                row.refuse("dates_out_of_order", later, earlier=row.header(earlier), later=row.header(later))
