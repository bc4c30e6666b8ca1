"""Matters from PostGIS as the columns that clocks are reckoned from, in blocks: memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import ARRAY, BigInteger, Row, any_, bindparam, select, text
from sqlalchemy.orm import Session

from data import models
from grid.areas import Level
from grid.clocks.bulk import Dates
from grid.clocks.city_clocks import MatterColumns
from grid.clocks.columns import PURPOSES, TRACKS
from grid.clocks.events import LONGEST_REASON, ClockEvent, EventKind
from grid.clocks.row_events import DAY_COLUMNS, event_days
from grid.matters import SETTLED_STAGES
from grid.places import PlaceStatus

BLOCK = 100_000
"""Matters of one block: some 150 MB while they are reckoned."""
DUE_COLUMNS = ("due_on", "notice_due_on")
_UNSAID = "—"
_NO_DAY = -(2**31)
_HEADER_BYTES, _TRAILER_BYTES = 19, 2
_DAYS = (*DAY_COLUMNS, *DUE_COLUMNS)
_SIZES = {"id": 8, "area": 8, "track": 4, "purpose": 4, "settled": 4, **dict.fromkeys(_DAYS, 4)}
_ROW = np.dtype(
    [
        ("fields", ">i2"),
        *(part for name, size in _SIZES.items() for part in ((f"{name}_bytes", ">i4"), (name, f">i{size}"))),
    ]
)
"""A row of COPY's binary format: no column is NULL, so that every row has the same length."""


@dataclass(frozen=True)
class Block:
    """Some matters, and the due days that they have now by column."""

    matters: MatterColumns
    due: Mapping[str, Dates]


@dataclass(frozen=True)
class Subset:
    """Which matters: all, those of an import, or those that transactions from one on wrote or told of."""

    batch_id: int | None = None
    changed_since: int | None = None

    @property
    def condition(self) -> str:
        """Return it as a condition on ``petition p``; made of whole numbers alone."""
        parts = ["true"]
        if self.batch_id is not None:
            parts.append(f"p.batch_id = {int(self.batch_id)}")
        if self.changed_since is not None:
            since = int(self.changed_since)
            parts.append(
                f"(p.changed >= {since} OR p.id = ANY (ARRAY(SELECT e.petition_id FROM clock_event e"  # noqa: S608
                f" WHERE e.changed >= {since})))"
            )
        return " AND ".join(parts)


def gather_clocks(session: Session, subset: Subset) -> Iterator[Block]:
    """Read matters by id, a block at a time."""
    codes = area_codes(session)
    low = 0
    while True:
        rows = _rows(session, subset, low)
        if rows.size:
            low = int(rows["id"][-1])
            yield _block(session, rows, codes)
        if rows.size < BLOCK:
            return


def any_changed(session: Session, since: int) -> bool:
    """Return whether a transaction from one on wrote a matter, or an event of one."""
    statement = (
        "SELECT EXISTS (SELECT FROM petition WHERE changed >= :since)"
        " OR EXISTS (SELECT FROM clock_event WHERE changed >= :since)"
    )
    return bool(session.execute(text(statement), {"since": since}).scalar_one())


def recorded_events(session: Session, ids: npt.NDArray[np.int64]) -> dict[int, list[ClockEvent]]:
    """Return what is recorded beside matters' own days, by id, in the order in which it was."""
    event = models.ClockEvent
    statement = select(
        event.petition_id, event.kind, event.on_day, event.days, event.approver, event.reason, event.clock
    )
    rows = session.execute(
        statement.where(event.petition_id == any_(bindparam("ids", type_=ARRAY(BigInteger)))).order_by(
            event.id
        ),
        {"ids": ids.tolist()},
    )
    found: dict[int, list[ClockEvent]] = {}
    for row in rows:
        found.setdefault(row.petition_id, []).append(_event(row))
    return found


def _event(row: Row[*tuple[Any, ...]]) -> ClockEvent:
    # One row that is longer or barer than it may be must not stop the city's clocks.
    approver, reason = (said.strip()[:LONGEST_REASON] for said in (row.approver, row.reason))
    if row.kind == EventKind.EXTENDED:
        approver, reason = approver or _UNSAID, reason or _UNSAID
    return ClockEvent(EventKind(row.kind), row.on_day, row.days or 0, approver, reason, row.clock)


def _rows(session: Session, subset: Subset, low: int) -> npt.NDArray[np.void]:
    connection: Any = session.connection().connection.driver_connection
    with connection.cursor() as cursor, cursor.copy(_statement(subset, low)) as copy:
        body = b"".join(bytes(part) for part in copy)
    return np.frombuffer(body[_HEADER_BYTES:-_TRAILER_BYTES], dtype=_ROW)


def _statement(subset: Subset, low: int) -> str:
    days = ", ".join(f"coalesce(p.{name} - DATE '1970-01-01', {_NO_DAY})" for name in _DAYS)
    settled = ", ".join(f"'{stage}'" for stage in sorted(SETTLED_STAGES))
    place = f"CASE WHEN p.place_status = '{PlaceStatus.ACCEPTED}' THEN coalesce(p.town_id, p.county_id) END"
    return (
        f"COPY (SELECT p.id, coalesce({place}, u.area_id, 0), {_number('track', TRACKS)},"  # noqa: S608
        f" {_number('purpose', PURPOSES)}, (p.stage IN ({settled}))::int, {days}"
        f" FROM petition p LEFT JOIN unit u ON u.id = p.unit_id"
        f" WHERE p.id > {low} AND {subset.condition} ORDER BY p.id LIMIT {BLOCK}) TO STDOUT (FORMAT binary)"
    )


def _number(column: str, members: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{member}'" for member in members)
    return f"array_position(ARRAY[{listed}], p.{column}) - 1"


def _block(session: Session, rows: npt.NDArray[np.void], codes: Mapping[int, str]) -> Block:
    areas, area = np.unique(rows["area"].astype(np.int64), return_inverse=True)
    ids = rows["id"].astype(np.int64)
    places = {number: place for place, number in enumerate(ids.tolist())}
    recorded = recorded_events(session, ids)
    matters = MatterColumns(
        id=ids,
        track=rows["track"].astype(np.int8),
        purpose=rows["purpose"].astype(np.int8),
        area=area.reshape(-1),
        codes=tuple(codes.get(number, codes[0]) for number in areas.tolist()),
        said=event_days({name: _dates(rows[name]) for name in DAY_COLUMNS}, rows["settled"] == 1),
        recorded={places[number]: events for number, events in recorded.items()},
    )
    return Block(matters, {name: _dates(rows[name]) for name in DUE_COLUMNS})


def _dates(numbers: npt.NDArray[Any]) -> Dates:
    days = numbers.astype(np.int64)
    return np.where(days == _NO_DAY, np.datetime64("NaT", "D"), days.astype("datetime64[D]"))


def area_codes(session: Session) -> dict[int, str]:
    """Return areas' codes by id; under 0 the city's own, else what its counties' codes have in common."""
    area = models.Area
    rows = session.execute(select(area.id, area.level, area.code)).all()
    city = [row.code for row in rows if row.level == Level.CITY]
    counties = [row.code for row in rows if row.level == Level.COUNTY]
    return {0: city[0] if city else _common(counties), **{row.id: row.code for row in rows}}


def _common(codes: list[str]) -> str:
    """Return how all of some codes begin."""
    alike = takewhile(lambda digits: len(set(digits)) == 1, zip(*codes, strict=False))
    return "".join(digits[0] for digits in alike)
