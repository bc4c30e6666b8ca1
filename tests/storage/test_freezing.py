"""A frozen quarter: the same bytes whatever comes later; a new freeze changes exactly what it should."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from data import models
from data.reads import rectification as reads
from data.writes.freezing import freeze, freeze_when_due, verify
from grid.listings import Quarter
from grid.rectification.frozen import canonical
from grid.refusals import Refused
from tests.storage import ranked_city as city
from tests.storage.ranked_city import BAD, FAIR, FEW, GOOD, NONE, QUARTER


@pytest.fixture(scope="module")
def template(new_database: Callable[..., Engine]) -> str:
    engine = new_database()
    city.fill(engine, {"甲局": GOOD, "乙局": BAD, "丙局": FAIR, "丁局": FAIR, "戊局": FEW, "己局": NONE})
    engine.dispose()
    return str(engine.url.database)


@pytest.fixture
def ranked(new_database: Callable[..., Engine], template: str) -> Iterator[Engine]:
    made = new_database(template)
    yield made
    made.dispose()


def results(engine: Engine) -> list[Any]:
    table = models.QuarterSnapshot
    with Session(engine) as session:
        return list(session.scalars(select(table.result).order_by(table.quarter, table.revision)))


def test_ranks_ties_and_who_is_not_ranked(ranked: Engine) -> None:
    found = freeze(ranked, QUARTER)
    told = [(row.subject.name, row.rank, row.tied, row.score and str(row.score)) for row in found.rows]
    fair = str(found.rows[1].score)
    assert told == [
        ("乙局", 1, False, str(found.rows[0].score)),
        ("丙局", 2, True, fair),
        ("丁局", 2, True, fair),
        ("甲局", 4, False, "100.00"),
        ("戊局", None, False, None),
        ("己局", None, False, None),
    ]
    few, none = found.rows[4], found.rows[5]
    assert {part.untold for part in few.not_ranked} == {"too_few"}
    assert {part.denominator for part in few.parts} == {19}
    assert {part.untold for part in none.not_ranked} == {"no_data"}


def test_the_score_is_the_one_of_the_record(ranked: Engine) -> None:
    """Worked out by hand from 28, 25, 20 of 25, 25 and 3 of 33 by the words of record 22."""
    freeze(ranked, QUARTER)
    with Session(ranked) as session:
        found = reads.ranking(session, QUARTER)
    assert found is not None
    fair = found.rows[1]
    assert [str(part.earned) for part in fair.parts] == ["4.67", "8.33", "10.00", "8.42", "4.63"]
    exact = 5 * 28 / 30 + 10 * 25 / 30 + 10 + 10 * (20 / 25) / 0.95 + 5 * (25 / 30) / 0.9
    assert float(fair.score or 0) == pytest.approx(exact * 100 / 40, abs=0.005)


def test_a_quarter_gives_the_same_bytes_after_later_data(ranked: Engine) -> None:
    """Every kind of later change at once: nothing of what was frozen is read from the matters again."""
    first = freeze(ranked, QUARTER)
    before = canonical(results(ranked)[0])
    with ranked.begin() as connection:
        connection.execute(text("UPDATE petition SET replied_on = '2025-03-30', evaluation = 'unsatisfied'"))
        connection.execute(text("DELETE FROM petition WHERE id % 3 = 0"))
        connection.execute(text("UPDATE unit SET name = name || '（更名）'"))
    with Session(ranked) as session:
        verified = verify(session, QUARTER)
        assert verified is not None
        assert verified.is_same
        assert reads.ranking(session, QUARTER, revision=1) == first
    assert canonical(results(ranked)[0]) == before


def test_a_new_freeze_changes_exactly_what_one_matter_changes(ranked: Engine) -> None:
    first = freeze(ranked, QUARTER)
    fair = first.rows[1].subject
    changed = city.change(ranked, fair.unit_id or 0, 29, "replied_on = '2025-02-15'")
    second = freeze(ranked, QUARTER)
    assert (first.revision, second.revision) == (1, 2)
    assert first.checksum != second.checksum
    one, two = results(ranked)
    told = [{row["code"]: row for row in result["rows"]} for result in (one, two)]
    assert [code for code in told[0] if told[0][code] != told[1][code] and code != fair.code] == [
        row.subject.code for row in first.rows if row.subject.name == "丁局"
    ], "its peer of the same score is tied no longer; nobody else is touched"
    was, now = told[0][fair.code], told[1][fair.code]
    assert {key for key in was if was[key] != now[key]} == {"score", "rank", "tied", "parts", "figures"}
    figures = zip(was["figures"], now["figures"], strict=True)
    assert [(a["indicator"], b["numerator"] - a["numerator"]) for a, b in figures if a != b] == [
        ("replied_in_time", 1)
    ]
    with Session(ranked) as session:
        table = models.SnapshotMatter
        keys = (table.indicator, table.petition_id, table.unit_id, table.counted, table.met)
        sets = []
        for snapshot in (first, second):
            rows = session.execute(select(*keys).where(table.snapshot_id == snapshot.snapshot_id))
            sets.append({tuple(row) for row in rows})
    differing = sets[0] ^ sets[1]
    assert {(row[0], row[1]) for row in differing} == {("replied_in_time", changed)}


def test_freezing_twice_without_a_change_gives_the_same_checksum(ranked: Engine) -> None:
    assert freeze(ranked, QUARTER).checksum == freeze(ranked, QUARTER).checksum


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE snapshot_matter SET met = 1 - met WHERE indicator = 'replied_in_time'"
        " AND petition_id = (SELECT min(petition_id) FROM snapshot_matter)",
        "DELETE FROM snapshot_matter WHERE petition_id = (SELECT max(petition_id) FROM snapshot_matter)",
        "UPDATE quarter_snapshot SET result = jsonb_set(result, '{rows,0,score}', '\"99.00\"')",
        "UPDATE quarter_snapshot SET checksum = repeat('0', 64)",
        "UPDATE score_scheme SET minimum_n = 10",
        "UPDATE score_scheme SET content = jsonb_set(content, '{weights,0,points}', '6')",
    ],
)
def test_tampering_is_found(ranked: Engine, tampering: str, login_as: Callable[..., Engine]) -> None:
    freeze(ranked, QUARTER)
    with login_as(ranked, "postgres").begin() as connection:
        connection.execute(text(tampering))
    with Session(ranked) as session:
        verified = verify(session, QUARTER)
    assert verified is not None
    assert not verified.is_same


def test_matters_of_the_courts_and_accusations_are_in_no_cohort(ranked: Engine) -> None:
    first = freeze(ranked, QUARTER)
    good = next(row.subject.unit_id for row in first.rows if row.subject.name == "甲局")
    changed = city.change(ranked, good or 0, 0, "track = 'legal'")
    second = freeze(ranked, QUARTER)
    with Session(ranked) as session:
        wanted = select(models.SnapshotMatter.petition_id).where(
            models.SnapshotMatter.snapshot_id == second.snapshot_id
        )
        assert changed not in set(session.scalars(wanted))
    told = second.of_unit(good or 0)
    assert told is not None
    assert {part.denominator for part in told.parts} == {29}


def test_a_quarter_that_goes_on_is_not_frozen(ranked: Engine) -> None:
    with Session(ranked) as session:
        today = session.scalar(text("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date"))
    assert today is not None
    with pytest.raises(Refused) as refused:
        freeze(ranked, Quarter.of(today))
    assert refused.value.code == "quarter_not_over"


def test_the_worker_freezes_the_last_quarter_once_when_its_days_are_over(
    ranked: Engine, login_as: Callable[..., Engine]
) -> None:
    root = login_as(ranked, "postgres")
    days = text("UPDATE score_scheme SET content = jsonb_set(content, '{terms,freeze_after_days}', :days)")
    with root.begin() as connection:
        today = connection.scalar(text("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date"))
        last = Quarter.of(today).previous
        over = (today - last.last_day).days
        connection.execute(days, {"days": str(min(over, 92))})
        connection.execute(text("UPDATE import_batch SET created_at = now() - interval '2 hours'"))
    assert freeze_when_due(ranked) == ()
    if over > 1:
        with root.begin() as connection:
            connection.execute(days, {"days": str(over - 1)})
            connection.execute(text("UPDATE import_batch SET created_at = now()"))
        assert freeze_when_due(ranked) == (), "files are coming in"
        with root.begin() as connection:
            connection.execute(text("UPDATE import_batch SET created_at = now() - interval '2 hours'"))
        assert freeze_when_due(ranked) == (last,)
        assert freeze_when_due(ranked) == ()


def test_what_is_frozen_is_what_the_league_table_counts_that_day(ranked: Engine) -> None:
    """Two ways of counting: the cohorts' rows, and the statement (or the sums) of the screens."""
    found = freeze(ranked, QUARTER)
    with Session(ranked) as session:
        live = reads.live_ranking(session, QUARTER, found.as_of)
    told = [
        {
            row.subject.code: (
                row.rank,
                row.score,
                [(one.indicator, one.version, one.numerator, one.denominator) for one in row.figures.figures],
            )
            for row in each.rows
        }
        for each in (found, live)
    ]
    assert told[0] == told[1]
