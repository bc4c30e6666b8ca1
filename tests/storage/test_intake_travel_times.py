"""Travel times: one pair one time, between villages that there are, never guessed by name or symmetry."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from grid.findings import ImportKind, Severity
from grid.refusals import Refused

KIND = ImportKind.TRAVEL_TIMES
HEAD = ["从", "到", "分钟"]


def villages(engine):
    with engine.connect() as connection:
        return (
            connection.execute(
                text("SELECT code FROM area WHERE level = 'village' AND valid_to IS NULL ORDER BY code")
            )
            .scalars()
            .all()
        )


def times(engine):
    statement = """
        SELECT a.code, b.code, minutes FROM travel_time t JOIN area a ON a.id = from_area_id
        JOIN area b ON b.id = to_area_id ORDER BY 1, 2"""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def told(report, severity=None):
    return {f.row: f.code for f in report.findings if severity in {None, f.severity} and f.row}


def test_times_are_written_in_the_direction_told_and_rounded_up(take_in, write_csv, small_city):
    a, b, c = villages(small_city)[:3]
    report = take_in(KIND, write_csv([HEAD, [a, b, 10], [b, a, "12.2"], [a, c, "０"]]))
    assert times(small_city) == [(a, b, 10), (a, c, 0), (b, a, 13)]
    assert (report.accepted, report.figures["travel_times"], report.figures["travel_one_way"]) == (3, 3, 1)
    assert [f.code for f in report.findings] == ["travel_minutes_rounded"]


def test_a_newer_file_replaces_its_pairs_and_an_older_one_may_come_again(take_in, write_csv, small_city):
    a, b, c = villages(small_city)[:3]
    first = write_csv([HEAD, [a, b, 10], [a, c, 20]])
    take_in(KIND, first)
    assert take_in(KIND, first).unchanged
    newer = take_in(KIND, write_csv([HEAD, [a, b, 11], [a, c, 20]], "b.csv"))
    assert (newer.figures["travel_times"], newer.figures["unchanged"]) == (1, 1)
    assert times(small_city) == [(a, b, 11), (a, c, 20)]
    assert not take_in(KIND, first).unchanged, "what it says no longer holds, so it is no repetition"
    assert times(small_city) == [(a, b, 10), (a, c, 20)]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (["{a}", "999999999999", 5], "area_unknown"),
        (["{a}", "990101", 5], "village_expected"),
        (["{a}", "", 5], "value_missing"),
        (["", "{b}", 5], "value_missing"),
        (["{a}", "{b}", ""], "value_missing"),
        (["{a}", "{b}", -1], "travel_minutes_range"),
        (["{a}", "{b}", 1441], "travel_minutes_range"),
        (["{a}", "{b}", "1e300"], "number_unreadable"),
        (["{a}", "{b}", "约半小时"], "number_unreadable"),
        (["{a}", "{b}", "=1+1"], "number_unreadable"),
        (["9.90101E+11", "{b}", 5], "code_in_scientific_notation"),
        (["'; DROP TABLE travel_time; --", "{b}", 5], "area_unknown"),
        (["9" * 41, "{b}", 5], "code_unreadable"),
    ],
)
def test_what_is_not_certain_is_refused_with_its_row_and_writes_nothing(
    take_in, write_csv, small_city, line, code
):
    a, b, c = villages(small_city)[:3]
    filled = [cell.format(a=a, b=b) if isinstance(cell, str) else cell for cell in line]
    report = take_in(KIND, write_csv([HEAD, [a, c, 7], filled]))
    assert told(report, Severity.REFUSED) == {3: code}
    assert all(f.column for f in report.findings)
    assert times(small_city) == [(a, c, 7)]


@pytest.mark.parametrize("minutes", ["nan", "inf", "-inf"])
def test_what_is_no_number_is_no_time(take_in, write_csv, small_city, minutes):
    a, b = villages(small_city)[:2]
    report = take_in(KIND, write_csv([HEAD, [a, b, minutes], [b, a, 3]]))
    assert set(told(report, Severity.REFUSED)) == {2}
    assert times(small_city) == [(b, a, 3)]


def test_a_pair_told_twice_differently_is_refused_and_a_way_to_oneself_is_left_out(
    take_in, write_csv, small_city
):
    a, b, c = villages(small_city)[:3]
    lines = [[a, b, 5], [a, b, 6], [a, c, 7], [a, c, 7], [a, a, 1]]
    report = take_in(KIND, write_csv([HEAD, *lines]))
    assert told(report, Severity.REFUSED) == dict.fromkeys((2, 3), "duplicate_in_file")
    assert told(report, Severity.NOTE) == {5: "duplicate_identical", 6: "travel_same_area"}
    assert times(small_city) == [(a, c, 7)]


def test_columns_of_codes_without_telling_heads_are_not_guessed(take_in, write_csv, small_city):
    a, b = villages(small_city)[:2]
    with pytest.raises(Refused):
        take_in(KIND, write_csv([["甲", "乙", "丙"], [a, b, 5]]))
    assert times(small_city) == []
