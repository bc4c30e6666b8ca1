"""A city of departments for rankings: in 2025Q1 each has matters of known outcome, without an intake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine, insert, select, text

from data import models
from grid.listings import Quarter

QUARTER = Quarter(2025, 1)
_DAY = date(2025, 2, 10)


@dataclass(frozen=True)
class Kept:
    """How many of a unit's ``n`` matters were kept in each way; ``repeats`` were submitted twice."""

    n: int
    noticed: int
    replied: int
    satisfied: int
    evaluated: int
    repeats: int = 0


GOOD = Kept(30, 30, 30, 30, 30)
FAIR = Kept(30, 28, 25, 20, 25, 3)
BAD = Kept(30, 10, 8, 5, 25, 12)
FEW = Kept(19, 19, 19, 19, 19)
NONE = Kept(0, 0, 0, 0, 0)


def fill(engine: Engine, units: dict[str, Kept]) -> dict[str, int]:
    """Write departments with their matters; return the departments' ids by name."""
    with engine.begin() as connection:
        batch = connection.execute(
            insert(models.ImportBatch).values(**_BATCH).returning(models.ImportBatch.id)
        )
        batch_id = batch.scalar_one()
        ids: dict[str, int] = {}
        for name, kept in units.items():
            made = insert(models.Unit).values(name=name, kind="department").returning(models.Unit.id)
            ids[name] = connection.execute(made).scalar_one()
            rows = [_matter(name, number, kept) for number in range(kept.n)]
            if rows:
                add_matters(connection, ids[name], batch_id, rows)
    return ids


def add_matters(connection: Any, unit_id: int, batch_id: int, rows: list[dict[str, Any]]) -> None:
    """Write matters of a unit."""
    connection.execute(
        insert(models.Petition), [{**row, "unit_id": unit_id, "batch_id": batch_id} for row in rows]
    )


def batch_of(connection: Any) -> int:
    """Return the batch that the city's matters are from."""
    return int(connection.scalar(select(models.ImportBatch.id).limit(1)))


def change(engine: Engine, unit_id: int, number: int, values: str) -> int:
    """Set columns of a unit's matter, counted from 0; return the matter's id."""
    with engine.begin() as connection:
        found = connection.scalars(
            select(models.Petition.id).where(models.Petition.unit_id == unit_id).order_by(models.Petition.id)
        ).all()[number]
        connection.execute(text(f"UPDATE petition SET {values} WHERE id = :id"), {"id": found})
    return int(found)


def _matter(name: str, number: int, kept: Kept) -> dict[str, Any]:
    late, evaluated = date(2025, 2, 20), number < kept.evaluated
    content = number < kept.satisfied
    return {
        "source": "test",
        "matter_no": f"{name}-{number}",
        "channel": "visit",
        "purpose": "claim",
        "category": "labour",
        "track": "ordinary",
        "stage": "replied",
        "registered_on": date(2025, 1, 5),
        "accepted_on": date(2025, 1, 8),
        "noticed_on": date(2025, 1, 10) if number < kept.noticed else late,
        "notice_due_on": date(2025, 1, 20),
        "due_on": date(2025, 2, 15),
        "replied_on": _DAY if number < kept.replied else late,
        "evaluated_on": date(2025, 2, 20) if evaluated else None,
        "evaluation": ("satisfied" if content else "unsatisfied") if evaluated else None,
        "is_repeat": False,
        "submissions": 2 if number < kept.repeats else 1,
    }


_BATCH: dict[str, Any] = {
    "kind": "petitions",
    "file_name": "test",
    "sha256": "0" * 64,
    "options": "{}",
    "dry_run": False,
    "principal": "test",
    "seconds": 0.0,
    "rows": 0,
    "accepted": 0,
    "review": 0,
    "refused": 0,
}
