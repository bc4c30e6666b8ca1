"""Columns of numpy as rows of COPY's binary format, all rows at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from psycopg import sql

from data.models import SRID

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_EPOCH = np.datetime64("2000-01-01", "D")
_POINT = np.dtype([("order", "u1"), ("kind", "<u4"), ("srid", "<u4"), ("x", "<f8"), ("y", "<f8")])
_LITTLE_ENDIAN, _POINT_WITH_SRID = 1, 0x20000001

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One column as COPY sends it: ``values`` (n,), the longest if they vary, and ``lengths`` (n,) in bytes.

    A length of -1 is no value; ``lengths`` is none where every row's is that of the type.
    """

    values: Array
    lengths: npt.NDArray[np.int32] | None = None


def number_field(values: npt.ArrayLike, kind: str, missing: npt.ArrayLike | None = None) -> Field:
    """Return numbers as smallint, integer, bigint or double precision: ``kind`` i2, i4, i8 or f8."""
    return _with_missing(np.asarray(values).astype(f">{kind}"), missing)


def day_field(days: npt.NDArray[np.datetime64]) -> Field:
    """Return days as dates; NaT is none."""
    missing = np.isnat(days)
    since = (np.where(missing, _EPOCH, days).astype("M8[D]") - _EPOCH).astype(np.int64)
    return number_field(since, "i4", missing)


def text_field(texts: npt.NDArray[np.bytes_], missing: npt.ArrayLike | None = None) -> Field:
    """Return texts given as UTF-8 of dtype S, which cuts off what a text has not either: zero bytes."""
    lengths = np.strings.str_len(texts).astype(np.int32)
    if missing is not None:
        lengths = np.where(missing, np.int32(-1), lengths)
    return Field(texts if texts.dtype.itemsize else texts.astype("S1"), lengths)


def point_field(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> Field:
    """Return points in degrees, EPSG:4490; NaN is none."""
    points = np.empty(len(lon), dtype=_POINT)
    points["order"], points["kind"], points["srid"] = _LITTLE_ENDIAN, _POINT_WITH_SRID, SRID
    points["x"], points["y"] = lon, lat
    return _with_missing(points, np.isnan(lon) | np.isnan(lat))


def copy_columns(cursor: Any, table: str, fields: Mapping[str, Field]) -> None:
    """Append rows to a table by columns of one length; a psycopg cursor's own transaction."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, fields))
    )
    with cursor.copy(statement) as copy:
        copy.write(_HEADER)
        copy.write(encode_rows(tuple(fields.values())))
        copy.write(_END)


def encode_rows(fields: tuple[Field, ...]) -> bytes:
    """Return rows in COPY's binary format, without its header and end."""
    kinds: list[tuple[str, Any]] = [("count", ">i2")]
    for at, field in enumerate(fields):
        kinds += [(f"length{at}", ">i4"), (f"value{at}", field.values.dtype)]
    rows = np.empty(len(fields[0].values), dtype=np.dtype(kinds))
    rows["count"] = len(fields)
    for at, field in enumerate(fields):
        rows[f"length{at}"] = field.values.dtype.itemsize if field.lengths is None else field.lengths
        rows[f"value{at}"] = field.values
    if all(field.lengths is None for field in fields):
        return rows.tobytes()
    return _without_slack(rows, fields)


def _without_slack(rows: Array, fields: tuple[Field, ...]) -> bytes:
    """Return rows without the bytes that a shorter value, or none, leaves over."""
    laid = rows.view(np.uint8).reshape(len(rows), rows.dtype.itemsize)
    kept = np.ones(laid.shape, dtype=bool)
    places: Mapping[str, Any] = rows.dtype.fields or {}
    for at, field in enumerate(fields):
        if field.lengths is not None:
            first, width = places[f"value{at}"][1], field.values.dtype.itemsize
            kept[:, first : first + width] = np.arange(width) < field.lengths[:, None]
    return laid[kept].tobytes()


def _with_missing(values: Array, missing: npt.ArrayLike | None) -> Field:
    if missing is None or not np.any(missing):
        return Field(values)
    return Field(values, np.where(missing, -1, values.dtype.itemsize).astype(np.int32))
