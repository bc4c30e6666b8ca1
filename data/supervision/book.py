"""Reads the procedures from their data file: ``procedures.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from grid.clocks.rules import Counting
from grid.supervision.procedures import (
    Cause,
    Field,
    Opening,
    Owner,
    Procedure,
    ProcedureBook,
    Step,
    SubjectKind,
)

_FILE = Path(__file__).parent / "procedures.toml"


@cache
def procedure_book() -> ProcedureBook:
    """Return the procedures that came with the program."""
    return read_procedures(_FILE.read_text(encoding="utf-8"))


def read_procedures(text: str) -> ProcedureBook:
    """Return the procedures of a TOML text.

    Raises ValueError for an unknown word, and ``Refused`` as ``Procedure`` and ``ProcedureBook`` do.
    """
    return ProcedureBook(tuple(_procedure(one) for one in tomllib.loads(text)["procedure"]))


def _procedure(row: Mapping[str, Any]) -> Procedure:
    opens = row.get("opens")
    return Procedure(
        row["code"],
        row["version"],
        SubjectKind(row["subject"]),
        tuple(_step(one) for one in row["step"]),
        Owner(row.get("opened_by", Owner.BUREAU)),
        Opening(Cause(opens["cause"]), **_rest(opens, "cause")) if opens else None,
    )


def _step(row: Mapping[str, Any]) -> Step:
    typed: dict[str, Any] = {
        "owner": Owner(row["owner"]),
        "counting": Counting(row.get("counting", Counting.NATURAL)),
        "needs": frozenset(Field(one) for one in row.get("needs", ())),
        "month_days": tuple(row.get("month_days", ())),
    }
    return Step(**_rest(row, *typed), **typed)


def _rest(row: Mapping[str, Any], *without: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in without}
