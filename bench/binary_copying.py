"""Columns of numpy as rows of COPY's binary format, all rows at once."""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit
from psycopg import sql

from data.models import SRID

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_AHEAD = 16
"""Blocks made before the database took them: neither side waits for the other's pauses."""
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


def text_field(
    texts: npt.NDArray[np.bytes_],
    missing: npt.ArrayLike | None = None,
    lengths: npt.NDArray[np.int32] | None = None,
) -> Field:
    """Return texts given as UTF-8 of dtype S, which cuts off what a text has not either: zero bytes.

    ``lengths`` in bytes are theirs, where they are known.
    """
    if lengths is None:
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
    copy_blocks(cursor, table, tuple(fields), [tuple(fields.values())])


def copy_blocks(cursor: Any, table: str, names: Sequence[str], blocks: Iterable[tuple[Field, ...]]) -> None:
    """Append blocks of rows by columns, all of them or none; blocks are made while others are on their way.

    Some thousand rows are enough for a block: what is encoded stays in a core's cache.
    """
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with cursor.copy(statement) as copy, ThreadPoolExecutor(1) as writer:
        on_their_way = deque([writer.submit(copy.write, _HEADER)])
        for fields in blocks:
            on_their_way.append(writer.submit(copy.write, encode_rows(fields)))
            if len(on_their_way) > _AHEAD:
                on_their_way.popleft().result()
        for sent in on_their_way:
            sent.result()
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
    places: Mapping[str, Any] = rows.dtype.fields or {}
    varying = [
        (places[f"value{at}"][1], field) for at, field in enumerate(fields) if field.lengths is not None
    ]
    starts = np.array([start for start, _ in varying])
    widths = np.array([field.values.dtype.itemsize for _, field in varying])
    lengths = np.stack([np.maximum(field.lengths, 0) for _, field in varying])
    size = rows.nbytes - int((widths.sum() * len(rows)) - lengths.sum(dtype=np.int64))
    packed = np.empty(size + rows.dtype.itemsize, dtype=np.uint8)
    _pack(rows.view(np.uint8).reshape(len(rows), rows.dtype.itemsize), starts, widths, lengths, packed)
    return packed[:size].tobytes()


@njit(nogil=True, cache=True)
def _pack(rows: Any, starts: Any, widths: Any, lengths: Any, packed: Any) -> None:
    """Copy rows without what is left over of values that start at ``starts`` and are ``widths`` wide.

    Each value is copied whole, whatever its length, and what comes next is laid over what is left over of it:
    runs of one length are copied some bytes at a time. ``packed`` has room for one row more.
    """
    to = 0
    for row in range(len(rows)):
        source = 0
        for at in range(len(starts)):
            # With what lies before the value: its length, and whatever does not vary.
            after = starts[at] + widths[at]
            _copy(rows[row, source:after], packed[to:])
            to += starts[at] + lengths[at, row] - source
            source = after
        _copy(rows[row, source:], packed[to:])
        to += rows.shape[1] - source


@njit(nogil=True, cache=True)
def _copy(source: Any, target: Any) -> None:
    for at in range(len(source)):
        target[at] = source[at]


def _with_missing(values: Array, missing: npt.ArrayLike | None) -> Field:
    if missing is None or not np.any(missing):
        return Field(values)
    return Field(values, np.where(missing, -1, values.dtype.itemsize).astype(np.int32))
