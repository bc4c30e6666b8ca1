"""Findings: what an import says about a row, and the outcome of a batch."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from grid.inspection import Inspection


class ImportKind(StrEnum):
    """What a file holds."""

    BOUNDARIES = "boundaries"
    GAZETTEER = "gazetteer"
    PETITIONS = "petitions"
    SERVICE_POINTS = "service-points"
    COVERAGE = "coverage"
    LISTINGS = "listings"
    POPULATIONS = "populations"
    TRAVEL_TIMES = "travel-times"


class Severity(StrEnum):
    """What a finding did to its row."""

    NOTE = "note"
    """Taken in, with a remark."""
    REVIEW = "review"
    """Taken in as far as it is certain; a person must decide the rest."""
    REFUSED = "refused"
    """Not taken in."""


class RowState(StrEnum):
    """Why a row is kept for its owner to mend."""

    REFUSED = "refused"
    REVIEW = "review"
    QUARANTINED = "quarantined"
    """It contradicts another row of the same number: a person says which one holds."""
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rows of one file that have the same number and differ.

    ``rows`` are row numbers with their texts by header, in the file's order of columns; ``settled`` is the
    row that a person said holds, none while nobody has.
    """

    key: str
    rows: tuple[tuple[int, dict[str, str]], ...]
    settled: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on one place of a file.

    ``row`` counts from 1 as a spreadsheet shows it (0: the file as a whole); ``column`` is the header as
    written, or "". ``original`` is the text found there, "" for columns that may hold personal data.
    ``facts`` fill the placeholders of the words of ``code`` (locale files, ``findings``).
    """

    code: str
    severity: Severity
    row: int
    column: str = ""
    original: str = ""
    facts: dict[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Outcome of one import.

    ``figures`` are further totals of its kind (coverage: cases, cases_on_map, cases_departments).
    ``unchanged`` is true when the same file with the same options was imported before and nothing was done.
    ``findings_total`` counts the findings of the batch where ``findings`` holds only the gravest of them.
    """

    kind: ImportKind
    file_name: str
    dry_run: bool
    rows: int
    accepted: int
    review: int
    refused: int
    findings: tuple[Finding, ...]
    figures: dict[str, int] = field(default_factory=dict)
    unchanged: bool = False
    batch_id: int | None = None
    seconds: float = 0.0
    findings_total: int | None = None
    inspection: Inspection = field(default_factory=Inspection)
    rows_kept: int = 0
    """Rows kept for mending (``RowState``), quarantined ones among them."""
    quarantined: int = 0
