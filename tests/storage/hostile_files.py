"""The corpus of hostile and messy files: each made by code, each with the name that an import must give it.

`Case.findings` are (code, row, column) that must stand in the report, row 0 for the file as a whole.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grid.findings import ImportKind
from tests.storage.petition_files import FULL, line

PETITIONS = ImportKind.PETITIONS
BOUNDARIES = ImportKind.BOUNDARIES
Told = tuple[str, int, str]


@dataclass(frozen=True)
class Case:
    """One file: how it is made, how it is imported, and what must be said of it."""

    name: str
    make: Callable[[Path], object]
    kind: ImportKind = PETITIONS
    refused: str = ""
    """The refusal's code; "" for a file that is taken in with findings."""
    facts: Mapping[str, object] = field(default_factory=dict)
    """Facts that the refusal must give."""
    findings: tuple[Told, ...] = ()
    accepted: int | None = None
    """Rows without review or refusal, if that matters."""
    asked: str = ""
    """The code of a question that the import must ask."""
    options: Mapping[str, str] = field(default_factory=dict)


def content(data: bytes | str) -> Callable[[Path], object]:
    """Return what writes these bytes to a path."""
    written = data.encode() if isinstance(data, str) else data
    return lambda path: path.write_bytes(written)


def csv_text(rows: Sequence[Sequence[object]], delimiter: str = ",") -> str:
    """Return rows as CSV."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue()


def matter(**said: object) -> list[object]:
    """Return one row of matters as `FULL` names its columns."""
    return line(said.pop("信访件编号", "A-1"), **said)


def table(*rows: Sequence[object]) -> bytes:
    """Return a CSV of matters."""
    return csv_text([FULL, *rows]).encode()


def one(column: str, value: str, code: str = "", **also: str) -> Case:
    """Return the case of one matter with one odd cell: ``code`` is its finding, none where it is taken in."""
    told: tuple[Told, ...] = ((code, 2, column),) if code else ()
    name = f"{column}为“{value[:20]}”"
    data = content(table(matter(**{column: value, **also})))
    return Case(name, data, findings=told, accepted=None if code else 1)
