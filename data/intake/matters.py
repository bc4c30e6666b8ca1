"""Matters: one row of a petition file read; of an accusation neither unit nor place is looked at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from data.intake import headers
from data.intake import vocabulary as words
from data.intake.persons import is_person_number, redact
from data.intake.rows import RowReader
from data.intake.task import Task
from data.intake.units import UnitBook
from data.intake.vocabulary import Member, Vocabulary
from grid.clocks import REPLY_DAYS, due_after_natural_days
from grid.datums import Datum
from grid.matters import SETTLED_STAGES, Category, Channel, Evaluation, Purpose, Stage, Track
from grid.places import PlaceRequest
from grid.refusals import Refused

DEFAULT_SOURCE = "默认"
LONGEST_EXTENSION_DAYS = 30
"""延期, Art. 34."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a matter, in the order in which they must follow each other."""

    registered_on: date
    accepted_on: date | None
    replied_on: date | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Matter:
    """One row; field names are those of the table ``petition``. ``where`` is none for an accusation."""

    source: str
    matter_no: str
    channel: Channel
    purpose: Purpose
    category: Category
    track: Track
    stage: Stage
    registered_on: date
    accepted_on: date | None
    due_on: date | None
    replied_on: date | None
    closed_on: date | None
    is_repeat: bool
    submissions: int
    heads: int
    is_backlog: bool
    evaluation: Evaluation | None
    unit_id: int | None = None
    where: PlaceRequest | None = None


class MatterReader:
    """Reads rows into matters and counts which columns were filled in by default.

    ``personal_numbers`` counts the rows refused because a person's number stands for the matter's.
    """

    def __init__(self, task: Task) -> None:
        self._source = task.options.get("source") or DEFAULT_SOURCE
        self._datum = _datum_option(task)
        self._blank_purpose = _purpose_option(task)
        self._units = UnitBook.load(task.session)
        self._ledger = task.ledger
        self._defaulted: Counter[tuple[str, str]] = Counter()
        self.personal_numbers = 0

    def read(self, row: RowReader) -> Matter | None:
        """Return the matter of a row, none where the row is refused."""
        days = _read_days(row)
        if _is_personal(row.code_unsaid("matter_no"), days):
            # Nothing more of this row is read: no finding may quote the number.
            self.personal_numbers += 1
            self._ledger.hush(row.number)
            self._ledger.refuse("matter_no_personal", row.number, row.header("matter_no"))
            return None
        matter_no = row.code("matter_no")
        if not matter_no and not row.refused:
            row.refuse("value_missing", "matter_no")
        matter = self._read(row, matter_no, days)
        if matter is None or row.refused:
            return None
        if matter.purpose is Purpose.ACCUSATION:
            return matter
        matter = replace(matter, unit_id=self._unit(row), where=self._where(row))
        return None if row.refused else matter

    def tell_defaults(self) -> None:
        """Say once for each column how many rows it was filled in for."""
        for (column, word), count in self._defaulted.items():
            self._ledger.note("column_defaulted", 0, column, count=count, word=word)

    def _read(self, row: RowReader, matter_no: str, days: Days | None) -> Matter | None:
        purpose = self._purpose(row)
        self._hush(row, purpose)
        if purpose is None:
            return None
        track = row.word("track", words.TRACKS) or _track_of(purpose)
        extension = row.count("extension_days") or 0
        if extension > LONGEST_EXTENSION_DAYS:
            row.refuse("extension_too_long", "extension_days", limit=LONGEST_EXTENSION_DAYS)
        if days is None:
            return None
        return Matter(
            source=row.text("source", 60) or self._source,
            matter_no=matter_no,
            channel=self._word(row, "channel", words.CHANNELS, Channel.ONLINE),
            purpose=purpose,
            category=self._word(row, "category", words.CATEGORIES, Category.OTHER),
            track=track,
            stage=_read_stage(row, days),
            registered_on=days.registered_on,
            accepted_on=days.accepted_on,
            due_on=_due_on(purpose, track, days.accepted_on, extension),
            replied_on=days.replied_on,
            closed_on=days.closed_on,
            is_repeat=self._word(row, "repeat", words.REPEATS, words.Repeat.FIRST) is words.Repeat.REPEAT,
            submissions=self._submissions(row),
            heads=max(row.count("heads") or 1, 1),
            is_backlog=row.flag("backlog") or False,
            evaluation=row.word("evaluation", words.EVALUATIONS),
        )

    def _word(self, row: RowReader, field: str, vocabulary: Vocabulary[Member], default: Member) -> Member:
        """Return the member that a row names; an absent one is filled in, an unknown one refuses the row."""
        member = row.word(field, vocabulary)
        if member is not None:
            return member
        self._fill_in(row, field, vocabulary.word(default))
        return default

    def _purpose(self, row: RowReader) -> Purpose | None:
        """Return a row's purpose; refuses the row where it may be an accusation that nobody marked."""
        if self._blank_purpose is not None:
            return self._word(row, "purpose", words.PURPOSES, self._blank_purpose)
        purpose = row.word("purpose", words.PURPOSES)
        if purpose is None and not row.refused:
            row.refuse("purpose_missing", "purpose")
        return purpose

    def _hush(self, row: RowReader, purpose: Purpose | None) -> None:
        """Let no finding quote an accusation, nor, but for its purpose, what may be one."""
        if purpose is Purpose.ACCUSATION:
            self._ledger.hush(row.number)
        elif purpose is None:
            self._ledger.hush(row.number, but=row.header("purpose"))

    def _submissions(self, row: RowReader) -> int:
        number = row.count("submissions")
        if number is None:
            self._fill_in(row, "submissions", "1")
        return max(number or 1, 1)

    def _fill_in(self, row: RowReader, field: str, word: str) -> None:
        """Count a field filled in by default, under its column's standard name where there is no column."""
        if not row.refused:
            self._defaulted[row.header(field) or headers.PETITIONS[field][0], word] += 1

    def _unit(self, row: RowReader) -> int | None:
        name = row.text("unit")
        unit = self._units.find(name) if name else None
        if name and unit is None:
            row.note("unit_unknown", "unit")
        return None if unit is None else unit.id

    def _where(self, row: RowReader) -> PlaceRequest:
        address, hidden = redact(row.text("address"))
        if hidden:
            self._ledger.note("address_redacted", row.number, row.header("address"), count=hidden)
        lon, lat = row.number_or_review("lon"), row.number_or_review("lat")
        datum = row.word("datum", words.DATUMS) or self._datum
        return PlaceRequest(address, lon, lat, datum, row.code("area_code") or None)


def _datum_option(task: Task) -> Datum | None:
    text = task.options.get("datum")
    datum = words.DATUMS.find(text) if text else None
    if text and datum is None:
        raise Refused("datum_unknown", datum=text, allowed=words.DATUMS.allowed)
    return datum


def _purpose_option(task: Task) -> Purpose | None:
    """Return what blank purposes mean: the option declares that the file holds no accusations."""
    text = task.options.get("purpose")
    purpose = words.PURPOSES.find(text) if text else None
    if text and purpose not in {Purpose.CLAIM, Purpose.SUGGESTION}:
        raise Refused("option_unreadable", option="purpose")
    return purpose


def _is_personal(matter_no: str, days: Days | None) -> bool:
    """Return whether a matter's number is an identity or mobile number.

    A number made of area, day and serial has the check digit of an identity number in one of eleven rows by
    chance; where its day is the matter's own registration day, it is nobody's birthday.
    """
    dated = days is not None and matter_no[6:14] == f"{days.registered_on:%Y%m%d}"
    return is_person_number(matter_no) and not dated


def _read_stage(row: RowReader, days: Days) -> Stage:
    """Return a row's stage; one that says settled without any day goes to review."""
    stage = row.word("stage", words.STAGES) or _stage_of(days)
    if stage in SETTLED_STAGES and days.replied_on is None and days.closed_on is None:
        row.review("settled_without_date", "stage")
    return stage


def _read_days(row: RowReader) -> Days | None:
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


def _track_of(purpose: Purpose) -> Track:
    return Track.SUGGESTION if purpose is Purpose.SUGGESTION else Track.ORDINARY


def _stage_of(days: Days) -> Stage:
    if days.closed_on is not None:
        return Stage.CLOSED
    if days.replied_on is not None:
        return Stage.REPLIED
    return Stage.HANDLING if days.accepted_on is not None else Stage.REGISTERED


def _due_on(purpose: Purpose, track: Track, accepted_on: date | None, extension_days: int) -> date | None:
    """Return the due day of the 办结 clock: claims on the ordinary track only (Art. 34)."""
    if accepted_on is None or purpose is not Purpose.CLAIM or track is not Track.ORDINARY:
        return None
    return due_after_natural_days(accepted_on, REPLY_DAYS) + timedelta(days=extension_days)
