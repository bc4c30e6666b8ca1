"""Matters of every kind at random places and days, put straight into a city's table, for tests of counts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
from sqlalchemy import Connection, text

from grid.matters import Category, Channel, Purpose, Stage
from grid.places import PlaceStatus

FIRST, LAST = date(2023, 1, 1), date(2026, 6, 30)
CANARY = "金丝雀QZ77"
"""In every number, address and text: no copy holds it."""
_numbers = itertools.count(1)
_LEVELS = ("county", "town", "village", "grid")


def add_random(connection: Connection, rng: np.random.Generator, count: int) -> None:
    """Insert matters; the connection may write the table (the importer's, or a superuser's)."""
    if count:
        connection.execute(text(_INSERT), list(itertools.islice(random_matters(connection, rng), count)))


def random_matters(connection: Connection, rng: np.random.Generator) -> Iterator[dict[str, object]]:
    """Return parameters of one matter after the other, without end."""
    grids = connection.execute(
        text(
            "SELECT g.id AS grid, v.id AS village, t.id AS town, c.id AS county FROM area g"
            " JOIN area v ON v.id = g.parent_id JOIN area t ON t.id = v.parent_id"
            " JOIN area c ON c.id = t.parent_id WHERE g.level = 'grid' ORDER BY g.code"
        )
    ).all()
    functional = list(connection.execute(text("SELECT id FROM area WHERE kind = 'functional'")).scalars())
    batch = connection.execute(text("SELECT min(id) FROM import_batch")).scalar_one()
    while True:
        purpose = rng.choice([Purpose.CLAIM, Purpose.CLAIM, Purpose.SUGGESTION, Purpose.ACCUSATION])
        number = next(_numbers)
        values: dict[str, object] = {
            "no": f"{CANARY}-{number}", "purpose": str(purpose), "channel": str(rng.choice(list(Channel))),
            "category": str(rng.choice(list(Category)[:-1])), "stage": str(rng.choice(list(Stage))),
            "day": FIRST + timedelta(days=int(rng.integers((LAST - FIRST).days + 1))),
            "submissions": int(rng.integers(1, 6)), "heads": int(rng.choice([1, 1, 3, 70_000])),
            "batch": batch, "status": None, "fine": None, "method": None, "point": None, "address": "",
            "functional": None, **dict.fromkeys(_LEVELS),
        }  # fmt: skip
        if purpose != Purpose.ACCUSATION and rng.random() < 0.95:
            values |= _place(rng, grids[rng.integers(len(grids))]._mapping, functional, number)
        yield values


def _place(rng: np.random.Generator, grid: object, functional: list[int], number: int) -> dict[str, object]:
    fine = str(rng.choice(["point", "grid", "village", "town", "county", "none"]))
    depth = {"point": 4, "grid": 4, "village": 3, "town": 2, "county": 1, "none": 0}[fine]
    point = f"SRID=4490;POINT({120 + rng.random() * 0.4:.7f} {28 + rng.random() * 0.2:.7f})"
    return {
        "status": str(rng.choice([PlaceStatus.ACCEPTED, PlaceStatus.ACCEPTED, *PlaceStatus])),
        "fine": fine, "method": "address", "address": f"{CANARY}路{number}号",
        "point": point if fine == "point" else None,
        "functional": functional[0] if functional and depth > 1 and rng.random() < 0.2 else None,
        **{level: grid[level] for level in _LEVELS[:depth]},  # type: ignore[index]
    }  # fmt: skip


_INSERT = (
    "INSERT INTO petition (source, matter_no, channel, purpose, category, track, stage, registered_on,"
    " is_repeat, submissions, heads, batch_id, place_status, granularity, place_method, address,"
    " address_key, point, county_id, town_id, village_id, grid_id, functional_id) VALUES ('counted', :no,"
    " :channel, :purpose, :category, 'ordinary', :stage, :day, false, :submissions, :heads, :batch, :status,"
    " :fine, :method, :address, :address, CAST(:point AS geometry), :county, :town, :village, :grid,"
    " :functional)"
)
