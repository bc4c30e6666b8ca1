"""A report's content: title, sections with sentences and tables, a map, definitions; words filled in already.

What a file holds is this and nothing besides: a writer sets it as Word or Excel and works nothing out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from grid.indicators.figures import Period
from grid.reports.templates import ReportKind, SectionKind

Cell = str | int | float | date | None
"""None is told as a dash: there is nothing to say, as with a rate below the minimum n."""


class ColumnKind(StrEnum):
    """What a column's cells are, by which they are written and set."""

    TEXT = "text"
    COUNT = "count"
    RATE = "rate"
    """A share of 1, written in per cent."""
    CHANGE = "change"
    """A difference of two counts, with its sign."""
    SCORE = "score"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; neighbours of one ``group`` have it as a second head above theirs.

    ``width`` is its share of a page's width against the other columns.
    """

    key: str
    title: str
    kind: ColumnKind = ColumnKind.COUNT
    group: str = ""
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """One table; the first ``totals`` rows are of the whole city. ``key`` names it to who reads it back."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: int = 0
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"a row of {self.key} does not fit its columns")


@dataclass(frozen=True, slots=True)
class Picture:
    """A map as PNG; its source, review number (审图号) and stamps stand in words beneath it too."""

    png: bytes
    width_px: int
    height_px: int
    title: str
    lines: tuple[str, ...]
    """Source, review number, and what the colours and numbers are."""
    stamps: tuple[str, ...]
    alternative: str
    """What it shows, for who cannot see it."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section: what it says in sentences, its tables and perhaps its map."""

    kind: SectionKind
    title: str
    sentences: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    picture: Picture | None = None
    warnings: tuple[str, ...] = ()
    """What must be said before any number of the report."""


@dataclass(frozen=True, slots=True)
class DefinitionLine:
    """A number's name and definition, with the city's own n where there is one."""

    name: str
    version: int | None
    words: str
    n: int | None
    target: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One report; ``stamps`` (内部资料, 演示数据) stand on every page, ``warnings`` before all else."""

    kind: ReportKind
    code: str
    period: Period
    as_of: date
    data_version: int
    title: str
    city: str
    period_words: str
    as_of_words: str
    stamps: tuple[str, ...]
    warnings: tuple[str, ...]
    sections: tuple[Section, ...]
    definitions: tuple[DefinitionLine, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        """All tables, in the order of their sections."""
        return tuple(table for section in self.sections for table in section.tables)
