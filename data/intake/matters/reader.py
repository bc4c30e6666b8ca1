"""Matters: one row of a petition file read; of an accusation neither unit nor place is looked at."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date

from data.intake.ledger import Ledger
from data.intake.matters.course import Days, due_on, read_days, read_stage, read_track
from data.intake.matters.steps import read_extension, read_steps
from data.intake.personal.persons import is_person_number, redact, redact_kinds
from data.intake.tables import headers
from data.intake.tables import vocabulary as words
from data.intake.tables.rows import RowReader
from data.intake.tables.vocabulary import Member, Vocabulary
from data.intake.task import Task
from data.intake.units import UnitBook
from grid.datums import Datum
from grid.matters import BacklogTier, Category, Channel, Evaluation, Purpose, Stage, Track
from grid.personal.identifiers import IdentifierKind
from grid.places import PlaceRequest
from grid.refusals import Refused

DEFAULT_SOURCE = "默认"
LONGEST_SUMMARY = 500
_LONGEST_SOURCE = 60
_NO_LIMIT = 10**9


@dataclass(frozen=True, slots=True)
class Matter:
    """One row; field names are those of the table ``petition``, and of an extension as it is staged.

    An accusation has nothing from ``unit_id`` on, no ``where`` either; ``stated`` is the datum that the row
    itself gives, which the answer to a question may have replaced in ``where``.
    """

    source: str
    matter_no: str
    channel: Channel
    purpose: Purpose
    category: Category
    track: Track
    stage: Stage
    registered_on: date
    accepted_on: date | None
    replied_on: date | None
    closed_on: date | None
    is_repeat: bool
    submissions: int
    heads: int
    is_backlog: bool
    evaluation: Evaluation | None
    unit_id: int | None = None
    summary: str = ""
    due_on: date | None = None
    received_on: date | None = None
    forwarded_on: date | None = None
    unit_received_on: date | None = None
    noticed_on: date | None = None
    evaluated_on: date | None = None
    resubmitted_on: date | None = None
    backlog_tier: BacklogTier | None = None
    backlog_resolved_on: date | None = None
    head_read_on: date | None = None
    extension_days: int | None = None
    extended_on: date | None = None
    extension_approver: str | None = None
    extension_reason: str | None = None
    where: PlaceRequest | None = None
    stated: Datum | None = None


class MatterReader:
    """Reads rows into matters and counts which columns were filled in by default.

    ``personal_numbers`` counts the rows refused because a person's number stands for the matter's.
    """

    def __init__(self, task: Task) -> None:
        self._source = task.options.get("source") or DEFAULT_SOURCE
        self._datums = _datum_options(task)
        self._blank_purpose = _purpose_option(task)
        self._units = UnitBook.load(task.session)
        self._ledger = task.ledger
        self.defaulted: Counter[tuple[str, str]] = Counter()
        self.blanked: Counter[IdentifierKind] = Counter()
        self.personal_numbers = 0

    def aside(self, ledger: Ledger) -> MatterReader:
        """Return a reader of the same options that counts for itself and tells another ledger."""
        reader = copy.copy(self)
        reader._ledger, reader.defaulted, reader.blanked = ledger, Counter(), Counter()
        return reader

    def read(self, row: RowReader) -> Matter | None:
        """Return the matter of a row, none where the row is refused."""
        days = read_days(row)
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
        if matter is None or days is None or row.refused:
            return None
        if matter.purpose is Purpose.ACCUSATION:
            return matter
        matter = _with_steps(matter, row, days)
        stated = row.word("datum", words.DATUMS)
        matter = replace(
            matter,
            unit_id=self.unit(row),
            summary=self.summary(row),
            where=self._where(row, stated, matter.registered_on),
            stated=stated,
        )
        return None if row.refused else matter

    def tell_defaults(self) -> None:
        """Say once for each column how many rows it was filled in for, and what was blanked in summaries."""
        for (column, word), count in sorted(self.defaulted.items()):
            self._ledger.note("column_defaulted", 0, column, count=count, word=word)
        if self.blanked:
            counts = {kind.value: self.blanked[kind] for kind in IdentifierKind}
            self._ledger.note("text_redacted", 0, headers.PETITIONS["summary"][0], **counts)

    def purpose(self, row: RowReader) -> Purpose | None:
        """Return a row's purpose; refuses the row where it may be an accusation that nobody marked."""
        if self._blank_purpose is not None:
            return self._word(row, "purpose", words.PURPOSES, self._blank_purpose)
        purpose = row.word("purpose", words.PURPOSES)
        if purpose is None and not row.refused:
            row.refuse("purpose_missing", "purpose")
        return purpose

    def unit(self, row: RowReader) -> int | None:
        """Return the id of the responsible unit; an unknown one is left out and noted."""
        name = row.text("unit")
        unit = self._units.find(name) if name else None
        if name and unit is None:
            row.note("unit_unknown", "unit")
        return None if unit is None else unit.id

    def summary(self, row: RowReader) -> str:
        """Return what the matter is about, identifiers blanked; "" where nobody asked to keep it."""
        text, blanked = redact_kinds(row.text("summary", _NO_LIMIT))
        self.blanked.update(blanked)
        return text[:LONGEST_SUMMARY]

    def address(self, row: RowReader) -> str:
        """Return the problem's address, identifiers blanked and noted."""
        address, hidden = redact(row.text("address"))
        if hidden:
            self._ledger.note("address_redacted", row.number, row.header("address"), count=hidden)
        return address

    def datum(self, stated: Datum | None) -> Datum | None:
        """Return the datum of coordinates whose row states this one: as answered, else as stated."""
        return self._datums.get(stated, stated)

    def _read(self, row: RowReader, matter_no: str, days: Days | None) -> Matter | None:
        purpose = self.purpose(row)
        self._hush(row, purpose)
        if purpose is None:
            return None
        track = read_track(row, purpose)
        if days is None:
            return None
        return Matter(
            matter_no=matter_no,
            purpose=purpose,
            track=track,
            stage=read_stage(row, days),
            registered_on=days.registered_on,
            accepted_on=days.accepted_on,
            replied_on=days.replied_on,
            closed_on=days.closed_on,
            **{name: read(self, row) for name, (_, read) in SINGLE.items()},  # type: ignore[arg-type]
        )

    def _word(self, row: RowReader, field: str, vocabulary: Vocabulary[Member], default: Member) -> Member:
        """Return the member that a row names; an absent one is filled in, an unknown one refuses the row."""
        member = row.word(field, vocabulary)
        if member is not None:
            return member
        self._fill_in(row, field, vocabulary.word(default))
        return default

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
            self.defaulted[row.header(field) or headers.PETITIONS[field][0], word] += 1

    def _where(self, row: RowReader, stated: Datum | None, on: date) -> PlaceRequest:
        address = self.address(row)
        lon, lat = row.degrees("lon"), row.degrees("lat")
        return PlaceRequest(address, lon, lat, self.datum(stated), row.code("area_code") or None, on)


Single = tuple[str, Callable[[MatterReader, RowReader], object]]
SINGLE: Mapping[str, Single] = {
    "source": ("source", lambda m, row: row.text("source", _LONGEST_SOURCE) or m._source),
    "channel": ("channel", lambda m, row: m._word(row, "channel", words.CHANNELS, Channel.ONLINE)),
    "category": ("category", lambda m, row: m._word(row, "category", words.CATEGORIES, Category.OTHER)),
    "is_repeat": (
        "repeat",
        lambda m, row: m._word(row, "repeat", words.REPEATS, words.Repeat.FIRST) is words.Repeat.REPEAT,
    ),
    "submissions": ("submissions", lambda m, row: m._submissions(row)),
    "heads": ("heads", lambda m, row: max(row.count("heads") or 1, 1)),
    "is_backlog": ("backlog", lambda m, row: row.flag("backlog") or False),
    "evaluation": ("evaluation", lambda m, row: row.word("evaluation", words.EVALUATIONS)),
}
"""What follows from one cell alone: by the matter's field, the cell's field and how it is read."""


def _with_steps(matter: Matter, row: RowReader, days: Days) -> Matter:
    """Return a matter with the further steps of its handling and with what follows from an extension."""
    steps = read_steps(row, asdict(days))
    extension = read_extension(row, days.accepted_on or days.registered_on)
    due = due_on(matter.purpose, matter.track, days.accepted_on, extension.extension_days or 0)
    return replace(matter, due_on=due, **steps, **extension._asdict())  # type: ignore[arg-type]


def _datum_options(task: Task) -> Mapping[Datum | None, Datum]:
    """Return the datums answered, by the one that rows state (none: where a row states none)."""
    stated: dict[str, Datum | None] = {"datum": None, **{f"datum_{datum.value}": datum for datum in Datum}}
    answers: dict[Datum | None, Datum] = {}
    for option, of in stated.items():
        if text := task.options.get(option):
            datum = words.DATUMS.find(text)
            if datum is None:
                raise Refused("datum_unknown", datum=text, allowed=words.DATUMS.allowed)
            answers[of] = datum
    return answers


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
