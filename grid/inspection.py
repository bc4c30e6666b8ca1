"""Inspections: what an import shows of its file before anything is decided, and what it asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

Fact = str | int | float
Facts = dict[str, Fact]
Geometry = dict[str, object]
"""A GeoJSON geometry in degrees (EPSG:4490), simplified for drawing."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that a question offers; its words are ``choices.<code>`` with ``facts``."""

    value: str
    code: str
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """What an import must be told; the answer is given as the option called ``option``.

    Its words are ``questions.<code>`` with ``facts``. Without ``choices`` any text is an answer. A question
    that is ``required`` and not answered lets a dry run through and refuses the import
    (``Refused('questions_open')``). ``proposed`` is the answer that the evidence speaks for, "" for none;
    ``answer`` is the one that was given, "" for none.
    """

    option: str
    code: str
    facts: Facts = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    required: bool = True
    proposed: str = ""
    answer: str = ""


class GuessSource(StrEnum):
    """What a column's field was derived from."""

    HEADER = "header"
    VALUES = "values"
    REMEMBERED = "remembered"
    """Of the same source's earlier import."""
    CHOSEN = "chosen"
    """By a person, in this import."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One column of a sheet: where it is, what it is taken for and why.

    ``index`` counts from 0; ``field`` is "" for a column that is left out; ``samples`` are redacted, and none
    for a column that holds personal data or free text.
    """

    index: int
    header: str
    field: str
    source: GuessSource
    personal: bool = False
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableView:
    """How a table was read: sheet, header rows (from 1, both included), columns, and fields to choose from.

    ``missing`` are required fields that no column was found for.
    """

    sheet: str
    sheets: tuple[str, ...]
    header_from: int
    header_to: int
    columns: tuple[ColumnView, ...]
    fields: tuple[str, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CrsEvidence:
    """One reading of a file's coordinates and what speaks for it.

    ``crs`` is the value of the option ``crs``; ``fits`` is the share of outlines that land where the city's
    known areas lie, none where nothing is known yet; ``remarks`` are codes with words (``crs_evidence``).
    """

    crs: str
    name: str
    stated: bool
    fits: float | None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DatumShare:
    """Share of ``n`` points (or outlines) that fall where they belong if taken as being in ``datum``."""

    datum: str
    share: float
    n: int


@dataclass(frozen=True, slots=True)
class CoverageFault:
    """One place where a level is no clean coverage: ``kind`` is gap, overlap, sliver, outside or unfilled."""

    kind: str
    area_m2: float
    names: tuple[str, ...]
    shape: Geometry


@dataclass(frozen=True, slots=True)
class Repair:
    """What repairing one outline changes: its row and name, areas in m², parts, outlines before and after."""

    row: int
    name: str
    before_m2: float
    after_m2: float
    parts_before: int
    parts_after: int
    before: Geometry
    after: Geometry
    approved: bool


@dataclass(frozen=True, slots=True)
class CodeChange:
    """An area whose code and name do not both agree with the edition in force.

    ``kind`` is renamed (same code), recoded (same name), swapped (code means another area), new or gone.
    """

    kind: str
    code: str
    name: str
    before_code: str = ""
    before_name: str = ""


@dataclass(frozen=True, slots=True)
class BoundaryView:
    """What a boundary file shows before it is taken in; lists hold the gravest, totals count all."""

    crs: tuple[CrsEvidence, ...]
    datums: tuple[DatumShare, ...]
    faults: tuple[CoverageFault, ...]
    faults_total: dict[str, int]
    repairs: tuple[Repair, ...]
    repairs_total: int
    changes: tuple[CodeChange, ...]
    changes_total: dict[str, int]
    outline: Geometry | None = None
    """The level as a whole, to draw the rest upon."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything of a file that a person should look at before it is imported."""

    questions: tuple[Question, ...] = ()
    table: TableView | None = None
    boundaries: BoundaryView | None = None
    datums: tuple[DatumShare, ...] = ()
    """Of the points of a table, where there were enough to tell."""

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """The questions that must be answered and are not."""
        return tuple(q for q in self.questions if q.required and not q.answer)
