"""Columns copied in binary are the rows that were given, whatever is missing, long, short or odd in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from bench import binary_copying as copying

_TABLE = """
CREATE TEMP TABLE copied (row int, small smallint, wide bigint, part double precision, day date, words text,
                          point geometry(Point, 4490))
"""
_READ = """
SELECT row, small, wide, part, day, words,
 ST_X(point), ST_Y(point), ST_SRID(point) FROM copied ORDER BY row
"""
_TEXTS = st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)), max_size=40)
_ROW = st.tuples(
    st.integers(-(2**15), 2**15 - 1),
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31)),
    st.none() | _TEXTS,
    st.none() | st.tuples(st.floats(-180, 180), st.floats(-90, 90)),
)


@pytest.fixture(scope="module")
def root(new_database: Callable[..., Engine], login_as: Callable[[Engine, str], Engine]) -> Engine:
    return login_as(new_database(), "postgres")


def fields_of(rows: list[tuple]) -> dict[str, copying.Field]:
    small, wide, part, days, words, points = zip(*rows, strict=True) if rows else ((),) * 6
    degrees = np.array([(np.nan, np.nan) if point is None else point for point in points]).reshape(-1, 2)
    return {
        "row": copying.number_field(np.arange(len(rows)), "i4"),
        "small": copying.number_field(small, "i2"),
        "wide": copying.number_field(
            np.array([one or 0 for one in wide], dtype=np.int64),
            "i8",
            np.array([one is None for one in wide]),
        ),
        "part": copying.number_field(part, "f8"),
        "day": copying.day_field(np.array([one or "NaT" for one in days], dtype="M8[D]")),
        "words": copying.text_field(
            np.array([(one or "").encode() for one in words], dtype="S"),
            np.array([one is None for one in words]),
        ),
        "point": copying.point_field(degrees[:, 0], degrees[:, 1]),
    }


@settings(max_examples=40, deadline=None)
@given(st.lists(_ROW, max_size=30))
def test_what_comes_out_is_what_went_in(root: Engine, rows: list[tuple]) -> None:
    with root.connect() as connection:
        connection.execute(text(_TABLE))
        copying.copy_columns(connection.connection.driver_connection.cursor(), "copied", fields_of(rows))
        found = [tuple(row) for row in connection.execute(text(_READ))]
    expected = [
        (at, *row[:5], *((None, None, None) if row[5] is None else (*row[5], 4490)))
        for at, row in enumerate(rows)
    ]
    assert found == expected


def test_blocks_are_copied_all_or_none(root: Engine) -> None:
    blocks = [(copying.number_field(np.arange(at, at + 3), "i4"),) for at in (0, 3, 6)]

    def broken() -> Iterator[tuple[copying.Field, ...]]:
        yield from blocks
        raise OSError("the file is gone")

    with root.connect() as connection:
        bare = connection.connection.driver_connection
        bare.execute("CREATE TEMP TABLE block (row int)")
        copying.copy_blocks(bare.cursor(), "block", ("row",), blocks)
        bare.commit()
        with pytest.raises(OSError, match="the file is gone"):
            copying.copy_blocks(bare.cursor(), "block", ("row",), broken())
        bare.rollback()
        assert bare.execute("SELECT row FROM block ORDER BY row").fetchall() == [(at,) for at in range(9)]


def test_columns_without_gaps_are_sent_as_they_lie() -> None:
    fields = (copying.number_field([1, 2], "i4"), copying.number_field([7, 8], "i8", [False, False]))
    assert all(field.lengths is None for field in fields)
    row = bytes.fromhex("0002 00000004 00000001 00000008 0000000000000007")
    assert copying.encode_rows(fields)[: len(row)] == row
