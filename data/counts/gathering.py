"""Reading matters from PostGIS into columns: numbers alone, in blocks, so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from data.counts.snapshot import CELLS
from grid.density_frame import DensityFrame, project
from grid.hotspots.counting import COUNTED_PURPOSES
from grid.hotspots.counting_cells import cell_numbers
from grid.matters import Category, Channel, Purpose, Stage
from grid.places import PlaceStatus

IntArray = npt.NDArray[np.int64]
_BLOCK_BYTES = 32 << 20
_HEADER_BYTES = 19
"""Of COPY's binary format: signature, flags and the length of an extension that there is none of."""
_TRAILER_BYTES = 2
_INTEGERS = {"id": 8, "day": 4, "category": 4, "channel": 4, "purpose": 4, "stage": 4,
             "submissions": 4, "heads": 4, "county": 8, "town": 8, "village": 8, "grid": 8,
             "functional": 8}  # fmt: skip
_FIELDS = [
    *((name, f">i{size}") for name, size in _INTEGERS.items()), ("lon", ">f8"), ("lat", ">f8")
]  # fmt: skip
_ROW = np.dtype(
    [
        ("fields", ">i2"),
        *(part for name, kind in _FIELDS for part in ((f"{name}_bytes", ">i4"), (name, kind))),
    ]
)
"""A row of COPY's binary format: no column is NULL, so that every row has the same length."""


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """Matters as read, in no order: of shape (n,), ``areas`` (n, 5) as in ``AREA_COLUMNS`` with 0 for none.

    ``day`` is an ordinal, ``kind`` as of ``KINDS``, ``cell`` of the density frame, -1 for none.
    """

    id: IntArray
    day: npt.NDArray[np.int32]
    kind: npt.NDArray[np.uint16]
    submissions: npt.NDArray[np.int32]
    heads: npt.NDArray[np.int32]
    cell: npt.NDArray[np.int32]
    areas: IntArray


def gather(
    connection: Connection, frame: DensityFrame | None, *, changed_since: int | None = None
) -> Iterator[Gathered]:
    """Read the matters that are no accusations, in blocks; only what transactions from one on wrote."""
    for rows in _blocks(connection, _statement(changed_since)):
        yield _gathered(rows, frame)


def changed_ids(connection: Connection, since: int) -> IntArray:
    """Return the ids of all rows that transactions from ``since`` on wrote, of whatever purpose."""
    found = connection.exec_driver_sql("SELECT id FROM petition WHERE changed >= %s", (since,))
    return np.fromiter(found.scalars(), dtype=np.int64)


def _statement(changed_since: int | None) -> str:
    accepted = f"place_status = '{PlaceStatus.ACCEPTED}'"
    placed = ", ".join(
        f"CASE WHEN {accepted} THEN coalesce({level}_id, 0) ELSE 0 END"
        for level in ("county", "town", "village", "grid", "functional")
    )
    point = ", ".join(
        f"CASE WHEN {accepted} THEN coalesce({axis}(point), 'NaN') ELSE 'NaN' END"
        for axis in ("ST_X", "ST_Y")
    )
    later = "" if changed_since is None else f" AND changed >= {int(changed_since)}"
    kinds = ", ".join(
        f"array_position(ARRAY[{', '.join(repr(str(value)) for value in values)}], {column})"
        for column, values in (
            ("category", Category), ("channel", Channel), ("purpose", COUNTED_PURPOSES), ("stage", Stage)
        )
    )  # fmt: skip
    return (
        f"SELECT id, registered_on - DATE '0001-01-01' + 1, {kinds}, submissions, heads, {placed}, {point}"  # noqa: S608
        f" FROM petition WHERE purpose <> '{Purpose.ACCUSATION}'{later}"
    )


def _blocks(connection: Connection, statement: str) -> Iterator[npt.NDArray[np.void]]:
    made: Any = connection.connection.cursor()
    with (
        made as cursor,
        cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT binary)") as copy,
    ):
        parts: list[bytes] = []
        held = -_HEADER_BYTES
        for part in copy:
            parts.append(bytes(part))
            held += len(part)
            if held >= _BLOCK_BYTES:
                block = b"".join(parts)[-held:]
                whole = held // _ROW.itemsize * _ROW.itemsize
                yield np.frombuffer(block[:whole], dtype=_ROW)
                parts, held = [block[whole:]], held - whole
        rest = b"".join(parts)[-held:]
        yield np.frombuffer(rest[: held - _TRAILER_BYTES], dtype=_ROW)


def _gathered(rows: npt.NDArray[np.void], frame: DensityFrame | None) -> Gathered:
    kind = np.zeros(len(rows), dtype=np.int64)
    for name, values in (
        ("category", Category), ("channel", Channel), ("purpose", COUNTED_PURPOSES), ("stage", Stage)
    ):  # fmt: skip
        kind = kind * len(values) + rows[name] - 1
    columns = [rows[name].astype(np.int64) for name in ("county", "town", "village", "grid", "functional")]
    return Gathered(
        id=rows["id"].astype(np.int64),
        day=rows["day"].astype(np.int32),
        kind=kind.astype(np.uint16),
        submissions=rows["submissions"].astype(np.int32),
        heads=rows["heads"].astype(np.int32),
        cell=_cells(rows["lon"].astype(np.float64), rows["lat"].astype(np.float64), frame),
        areas=np.stack(columns, axis=1),
    )


def _cells(
    lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], frame: DensityFrame | None
) -> npt.NDArray[np.int32]:
    """Return the number of each point's cell, row 0 in the south; -1 for none or beyond the frame."""
    cell = np.full(len(lon), -1, dtype=np.int32)
    known = np.flatnonzero(np.isfinite(lon))
    if frame is None or not known.size:
        return cell
    west, south, east, north = frame.bounds_m
    x_m, y_m = project(lon[known], lat[known], frame.epsg)
    col = np.floor((x_m - west) / (east - west) * CELLS)
    row = np.floor((y_m - south) / (north - south) * CELLS)
    inside = (col >= 0) & (col < CELLS) & (row >= 0) & (row < CELLS)
    cell[known[inside]] = cell_numbers(row[inside].astype(np.int64), col[inside].astype(np.int64))
    return cell
