"""Courses: a matter's days, stage, track and due day, as one row of a file tells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from data.intake.tables import vocabulary as words
from data.intake.tables.rows import RowReader
from grid.clocks.states import REPLY_DAYS, due_after_natural_days
from grid.matters import SETTLED_STAGES, Purpose, Stage, Track


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a matter, in the order in which they must follow each other."""

    registered_on: date
    accepted_on: date | None
    replied_on: date | None
    closed_on: date | None


def read_stage(row: RowReader, days: Days) -> Stage:
    """Return a row's stage; one that says settled without any day goes to review."""
    stage = row.word("stage", words.STAGES) or _stage_of(days)
    if stage in SETTLED_STAGES and days.replied_on is None and days.closed_on is None:
        row.review("settled_without_date", "stage")
    return stage


def read_days(row: RowReader) -> Days | None:
    """Return a row's days; refuses the row where the first is missing or one comes before an earlier one."""
    fields = ("registered_on", "accepted_on", "replied_on", "closed_on")
    registered, accepted, replied, closed = (row.day(field) for field in fields)
    if registered is None:
        if not row.refused:
            row.refuse("value_missing", "registered_on")
        return None
    named = zip(fields, (registered, accepted, replied, closed), strict=True)
    known = [(field, day) for field, day in named if day is not None]
    for (earlier, first), (later, second) in pairwise(known):
        if second < first:
            row.refuse("dates_out_of_order", later, earlier=row.header(earlier), later=row.header(later))
    return Days(registered, accepted, replied, closed)


def read_track(row: RowReader, purpose: Purpose) -> Track:
    """Return a row's track, by its purpose where it names none."""
    by_purpose = Track.SUGGESTION if purpose is Purpose.SUGGESTION else Track.ORDINARY
    return row.word("track", words.TRACKS) or by_purpose


def _stage_of(days: Days) -> Stage:
    if days.closed_on is not None:
        return Stage.CLOSED
    if days.replied_on is not None:
        return Stage.REPLIED
    return Stage.HANDLING if days.accepted_on is not None else Stage.REGISTERED


def due_on(purpose: Purpose, track: Track, accepted_on: date | None, extension_days: int) -> date | None:
    """Return the due day of the 办结 clock: claims on the ordinary track only (Art. 34)."""
    if accepted_on is None or purpose is not Purpose.CLAIM or track is not Track.ORDINARY:
        return None
    return due_after_natural_days(accepted_on, REPLY_DAYS) + timedelta(days=extension_days)
