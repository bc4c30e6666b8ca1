"""Fifty little cities in one database, each with units and areas of its own, and what a slow oracle needs.

Their matters are unlikely on purpose: days in any order, evaluations without a day, notices before receipt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from data import models
from grid.areas import Level
from grid.matters import BacklogTier, Category, Channel, Evaluation, Purpose, Stage, Track
from tests.storage.striped_city import add_edition, columns

CITIES = 50
FIRST, LAST = date(2024, 1, 1), date(2026, 9, 30)
Row = dict[str, Any]
_DAYS = (
    "received_on", "forwarded_on", "unit_received_on", "accepted_on", "noticed_on", "notice_due_on", "due_on",
    "replied_on", "evaluated_on", "closed_on", "resubmitted_on", "backlog_resolved_on", "head_read_on",
)  # fmt: skip


@dataclass(frozen=True)
class LittleCity:
    """A city: two counties with a town each and a department; its leader answers for the first three."""

    kind: str
    counties: tuple[int, ...]
    towns: tuple[int, ...]
    units: tuple[int, ...]
    """Of the counties, the towns, the department."""
    leader: int
    rows: tuple[Row, ...]


def add_cities(engine: Engine, seed: int) -> tuple[LittleCity, ...]:
    """Fill an empty database with cities and return them with their matters as exported."""
    rng = Random(seed)
    with Session(engine) as session, session.begin():
        shapes = columns(2 * CITIES)
        since = {"valid_from": date(2020, 1, 1)}
        counties = add_edition(
            session, Level.COUNTY, [(f"{990000 + n}", f"县{n}", s, None) for n, s in enumerate(shapes)],
            **since,
        )  # fmt: skip
        towns = add_edition(
            session, Level.TOWN,
            [(f"{code}100", f"镇{code}", shape, counties[code])
             for code, shape in zip(counties, shapes, strict=True)],
            **since,
        )  # fmt: skip
        batch = session.scalar(select(models.ImportBatch.id).limit(1))
        plan = _one(session, models.CoveragePlan, name="方案", state="published", valid_from=FIRST,
                    created_by="test")  # fmt: skip
        ids = list(zip(counties.values(), towns.values(), strict=True))
        bare = [
            _add_city(session, number, ids[2 * number : 2 * number + 2], plan) for number in range(CITIES)
        ]
        for city in bare:
            rows = [_shift(row, city.kind) for row in _rows(rng, city, batch)]
            if rows:
                session.execute(insert(models.Petition), rows)
    with Session(engine) as session:
        return tuple(_exported(session, city) for city in bare)


KINDS: tuple[str, ...] = (
    "empty", "one", "all_late", "unevaluated", "repeated", "legal", "accused", "undated", "unresolved",
)  # fmt: skip
"""What is odd of the first cities; the rest are of everything."""


def _add_city(session: Session, number: int, areas: Sequence[tuple[int, int]], plan: int) -> LittleCity:
    counties, towns = zip(*areas, strict=True)
    units = [_one(session, models.Unit, name=f"单位{area}", kind="area", area_id=area) for area in counties]
    units += [_one(session, models.Unit, name=f"单位{area}", kind="area", area_id=area) for area in towns]
    units.append(_one(session, models.Unit, name=f"第{number}局", kind="department"))
    leader = _one(session, models.Leader, post=f"副市长{number}")
    for unit in units[:3]:
        _one(session, models.Assignment, plan_id=plan, unit_id=unit, leader_id=leader, kind="lead")
    kind = KINDS[number] if number < len(KINDS) else "mixed"
    return LittleCity(kind, counties, towns, tuple(units), leader, ())


def _rows(rng: Random, city: LittleCity, batch: int | None) -> list[Row]:
    count = {"empty": 0, "one": 1}.get(city.kind, rng.choice((5, 25, 80, 160)))
    return [_row(rng, city, number, batch) for number in range(count)]


def _row(rng: Random, city: LittleCity, number: int, batch: int | None) -> Row:
    day = FIRST + timedelta(days=rng.randrange((LAST - FIRST).days))
    row: Row = {
        "source": f"city{city.leader}", "matter_no": str(number), "batch_id": batch, "registered_on": day,
        "channel": rng.choice([*Channel, Channel.LETTER, Channel.AGENT]).value,
        "purpose": rng.choice([Purpose.CLAIM] * 5 + [Purpose.SUGGESTION, Purpose.ACCUSATION]).value,
        "category": rng.choice([Category.LAND, Category.LABOUR]).value, "stage": Stage.HANDLING.value,
        "track": rng.choice([Track.ORDINARY] * 6 + list(Track)).value, "is_repeat": rng.random() < 0.3,
        "submissions": rng.choice((1, 1, 1, 2, 5)), "unit_id": rng.choice(city.units),
        "evaluation": rng.choice([None, *Evaluation]), "backlog_tier": rng.choice([None, *BacklogTier]),
    }  # fmt: skip
    for name in _DAYS:
        row[name] = day + timedelta(days=rng.randrange(-10, 150)) if rng.random() < 0.75 else None
    return row | _place(rng, city)


def _place(rng: Random, city: LittleCity) -> Row:
    at, status = rng.randrange(2), rng.choice(("accepted", "accepted", "review"))
    return {
        "place_status": status, "granularity": "town", "place_method": "coordinates",
        "county_id": city.counties[at], "town_id": city.towns[at],
    }  # fmt: skip


def _shift(row: Row, kind: str) -> Row:
    """Make a row one of an odd city; an accusation has neither unit nor place."""
    odd: dict[str, Callable[[], Row]] = {
        "all_late": lambda: {
            "due_on": row["registered_on"], "notice_due_on": row["registered_on"],
            "replied_on": row["registered_on"] + timedelta(days=90), "noticed_on": None, "accepted_on": None,
        },
        "unevaluated": lambda: {"evaluation": None, "evaluated_on": None},
        "repeated": lambda: {"is_repeat": True, "submissions": 3},
        "legal": lambda: {"track": Track.LEGAL.value},
        "accused": lambda: {"purpose": Purpose.ACCUSATION.value},
        "undated": lambda: dict.fromkeys(_DAYS),
        "unresolved": lambda: {"backlog_resolved_on": None, "closed_on": None},
    }  # fmt: skip
    made = row | (odd[kind]() if kind in odd else {})
    if made["purpose"] == Purpose.ACCUSATION.value:
        gone = ("unit_id", "place_status", "granularity", "place_method", "county_id", "town_id")
        made |= dict.fromkeys(gone)
    return made


def _exported(session: Session, city: LittleCity) -> LittleCity:
    table = models.Petition.__table__
    found = session.execute(select(table).where(table.c.source == f"city{city.leader}").order_by(table.c.id))
    rows = tuple(dict(row) for row in found.mappings())
    return LittleCity(city.kind, city.counties, city.towns, city.units, city.leader, rows)


def _one(session: Session, model: type[Any], **values: object) -> int:
    made: int = session.execute(insert(model).values(**values).returning(model.id)).scalar_one()
    return made
