"""The copy keeps up: whatever changes, it counts what SQL counts, and the same as a copy made anew."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from data.counts import files, keeping, refreshing
from data.counts.files import open_copy
from data.counts.opening import OpenCopies, snapshot_of
from data.counts.refreshing import in_force, refresh
from data.counts.snapshot import Snapshot
from data.counts.verifying import is_unverified, verify
from grid.areas import Level
from grid.hotspots.questions import Dimension, MatterFilter
from tests.storage.counted_matters import FIRST, add_random
from tests.storage.mixed_city import City

EVER = MatterFilter(FIRST, date(2032, 1, 1))
WRITES: dict[str, str] = {
    "stages": "UPDATE petition SET stage = 'closed' WHERE id % 7 = :n % 7",
    "places": "UPDATE petition SET place_status = 'accepted' WHERE id % 5 = :n % 5"
    " AND place_status = 'review'",
    "unplaces": "UPDATE petition SET place_status = 'review' WHERE id % 6 = :n % 6"
    " AND place_status = 'accepted'",
    "moves": "UPDATE petition SET (county_id, town_id, village_id, grid_id) = (NULL, NULL, NULL, NULL)"
    " WHERE id % 9 = :n % 9 AND granularity = 'grid'",
    "days": "UPDATE petition SET registered_on = registered_on - 400 WHERE id % 8 = :n % 8",
    "accuses": "UPDATE petition SET purpose = 'accusation', unit_id = NULL, summary = '', address = '',"
    " address_key = '', place_status = NULL, granularity = NULL, place_method = NULL, point = NULL,"
    " county_id = NULL, town_id = NULL, village_id = NULL, grid_id = NULL, functional_id = NULL"
    " WHERE id % 11 = :n % 11 AND place_decision_id IS NULL AND place_reasons = '{}'",
    "deletes": "DELETE FROM petition WHERE id % 10 = :n % 10 AND source = 'counted'",
    "nothing": "SELECT :n",
}


def write(connection: Connection, name: str, n: int) -> None:
    """Change matters one way, and tell that the data changed."""
    if name == "adds":
        add_random(connection, np.random.default_rng(n), 60)
    else:
        connection.execute(text(WRITES[name]), {"n": n})
    connection.execute(text("UPDATE data_version SET number = number + 1"))


def opened(engine: Engine, home: Path) -> Snapshot:
    with engine.connect() as connection:
        copied = open_copy(home, in_force(connection).name)
    assert copied is not None
    return snapshot_of(copied)


def assert_true(engine: Engine, home: Path, seed: int = 0) -> None:
    verdict = verify(engine, home, np.random.default_rng(seed), filters=10)
    assert (verdict.state, verdict.difference) == ("equal", "-")


def numbers(snapshot: Snapshot) -> list[object]:
    """Return everything that a copy says of all its matters."""
    levels = (Level.COUNTY, Level.TOWN, Level.VILLAGE, Level.GRID)
    ever = MatterFilter(date(2021, 12, 1), date(2031, 12, 1))
    return [
        snapshot.state,
        *(snapshot.counts(level, ever).counts.tolist() for level in levels),
        *(snapshot.split(ever, by) for by in Dimension),
        snapshot.days(ever).counts.tolist(),
        snapshot.cell_histogram(ever).tobytes(),
    ]


@pytest.fixture(scope="module")
def changing(new_database: Callable[..., Engine], mixed_city: City) -> Engine:
    made = new_database(mixed_city.database)
    with made.begin() as connection:
        add_random(connection, np.random.default_rng(2), 600)
    return made


# Shrinking would write to the one database over and over and say little more.
@settings(max_examples=6, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(
    written=st.lists(
        st.tuples(st.sampled_from([*WRITES, "adds"]), st.integers(0, 99)), min_size=1, max_size=4
    )
)
def test_whatever_is_written_the_copy_counts_it_and_as_one_made_anew(
    changing: Engine, tmp_path_factory: pytest.TempPathFactory, written: list[tuple[str, int]]
) -> None:
    home = tmp_path_factory.mktemp("copy")
    refresh(changing, home)
    for name, n in written:
        with changing.begin() as connection:
            write(connection, name, n)
        assert refresh(changing, home)
        assert_true(changing, home, n)
    beside = numbers(opened(changing, home))
    assert refresh(changing, home, anew=True)
    anew = opened(changing, home)
    assert anew.plus.rows == anew.minus.rows == 0
    assert numbers(anew) == beside


def test_small_changes_lie_beside_and_what_did_not_change_is_the_same_file(
    mixed: Engine, tmp_path: Path
) -> None:
    refresh(mixed, tmp_path)
    with mixed.connect() as connection:
        before = open_copy(tmp_path, in_force(connection).name)
    assert not refresh(mixed, tmp_path), "nothing changed"
    with mixed.begin() as connection:
        write(connection, "stages", 3)
    refresh(mixed, tmp_path)
    with mixed.connect() as connection:
        after = open_copy(tmp_path, in_force(connection).name)
    assert before is not None
    assert after is not None
    assert before.folder != after.folder
    assert snapshot_of(after).minus.rows == snapshot_of(after).plus.rows > 0
    same = [(copied.folder / "base.place.npy").stat().st_ino for copied in (before, after)]
    assert same[0] == same[1]


@pytest.mark.parametrize("name", ["deletes", "too many"])
def test_what_cannot_lie_beside_makes_the_copy_anew(
    mixed: Engine, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mixed.begin() as connection:
        add_random(connection, np.random.default_rng(2), 50)
    refresh(mixed, tmp_path)
    if name == "too many":
        monkeypatch.setattr(refreshing, "_SMALL_TAIL", 1)
    with mixed.begin() as connection:
        write(connection, "deletes" if name == "deletes" else "stages", 3)
        # As many are added as are gone: a count alone would not tell.
        gone = (
            50
            - connection.execute(text("SELECT count(*) FROM petition WHERE source = 'counted'")).scalar_one()
        )
        add_random(connection, np.random.default_rng(9), gone)
    refresh(mixed, tmp_path)
    assert opened(mixed, tmp_path).plus.rows == 0
    assert_true(mixed, tmp_path)


def test_a_transaction_still_in_flight_while_the_copy_is_read_is_not_missed(
    mixed: Engine, tmp_path: Path
) -> None:
    slow = mixed.connect()
    slow_work = slow.begin()
    slow.execute(text("UPDATE petition SET stage = 'closed' WHERE id % 2 = 0"))
    # A later transaction ends first, and the copy is made while the earlier one is still open.
    with mixed.begin() as connection:
        connection.execute(text("UPDATE petition SET stage = 'review' WHERE id % 2 = 1"))
        connection.execute(text("UPDATE data_version SET number = number + 1"))
    refresh(mixed, tmp_path)
    slow.execute(text("UPDATE data_version SET number = number + 1"))
    slow_work.commit()
    slow.close()
    refresh(mixed, tmp_path)
    snapshot = opened(mixed, tmp_path)
    assert snapshot.plus.rows > 0
    assert dict(snapshot.split(EVER, Dimension.STAGE)).keys() == {"closed", "review"}
    assert_true(mixed, tmp_path)


def test_another_clusters_copy_is_not_carried_on(mixed: Engine, tmp_path: Path) -> None:
    """A restored dump brings the row of a copy along, and transaction numbers of another cluster."""
    refresh(mixed, tmp_path)
    snapshot = opened(mixed, tmp_path)
    with mixed.connect() as connection:
        folder = tmp_path / in_force(connection).name
    header = (folder / files.HEADER).read_text()
    (folder / files.HEADER).write_text(header.replace('"origin": "', '"origin": "9'))
    with mixed.begin() as connection:
        write(connection, "stages", 1)
    refresh(mixed, tmp_path)
    assert opened(mixed, tmp_path).plus.rows == 0
    assert snapshot.base.rows == opened(mixed, tmp_path).base.rows
    assert_true(mixed, tmp_path)


def test_areas_that_end_are_no_longer_counted_by_themselves(mixed: Engine, tmp_path: Path) -> None:
    refresh(mixed, tmp_path)
    before = opened(mixed, tmp_path).counts(Level.TOWN, EVER)
    with mixed.begin() as connection:
        ended = connection.execute(
            text("UPDATE area SET valid_to = now() WHERE level = 'town' AND code LIKE '%001' RETURNING id")
        ).scalars()
        gone = set(ended)
        connection.execute(text("UPDATE data_version SET number = number + 1"))
    refresh(mixed, tmp_path)
    snapshot = opened(mixed, tmp_path)
    after = snapshot.counts(Level.TOWN, EVER)
    assert gone
    assert set(after.area_ids.tolist()) == set(before.area_ids.tolist()) - gone
    assert after.total == before.total
    within = replace(EVER, within=frozenset(gone))
    assert snapshot.counts(Level.COUNTY, within).total == snapshot.counts(Level.COUNTY, within).placed
    assert_true(mixed, tmp_path)


_KILLED = """
import os, signal, sys
from pathlib import Path
from data.counts import files, refreshing
from data.sessions import make_engine
real, number = getattr(files, sys.argv[3]), iter(range(99))
def dying(*args, **options):
    if next(number) == int(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*args, **options)
setattr(files, sys.argv[3], dying)
refreshing.refresh(make_engine(sys.argv[1]), Path(sys.argv[2]))
"""


@pytest.mark.parametrize(("where", "nth"), [("_write_array", 5), ("_write", 0), ("_sync", 1)])
def test_a_worker_killed_in_the_middle_leaves_the_former_copy_in_force(
    mixed: Engine, tmp_path: Path, where: str, nth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh(mixed, tmp_path)
    before = numbers(opened(mixed, tmp_path))
    with mixed.begin() as connection:
        write(connection, "stages", 2)
    url = mixed.url.render_as_string(hide_password=False)
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, url, str(tmp_path), where, str(nth)], check=False,
        env=os.environ | {"PYTHONPATH": str(Path(files.__file__).parents[2])},
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL
    assert numbers(opened(mixed, tmp_path)) == before
    assert refresh(mixed, tmp_path)
    assert_true(mixed, tmp_path)
    monkeypatch.setattr(files, "_OLD_S", -1.0)
    with mixed.begin() as connection:
        write(connection, "stages", 4)
    refresh(mixed, tmp_path)
    with mixed.connect() as connection:
        assert [path.name for path in tmp_path.iterdir()] == [in_force(connection).name], (
            "remains are cleared"
        )


def test_a_copy_out_of_force_stays_readable_to_who_has_it_open(
    mixed: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_OLD_S", -1.0)
    refresh(mixed, tmp_path)
    old = opened(mixed, tmp_path)
    before = numbers(old)
    with mixed.connect() as connection:
        name = in_force(connection).name
    with mixed.begin() as connection:
        write(connection, "adds", 2)
    refresh(mixed, tmp_path, anew=True)
    assert numbers(old) == before
    assert OpenCopies(tmp_path).open(name) is None


@pytest.mark.parametrize(
    ("file", "state"), [("base.place.npy", "damaged"), ("places.npy", "damaged"), (None, "different")]
)
def test_a_copy_that_is_wrong_is_found_and_made_anew(
    mixed: Engine, tmp_path: Path, file: str | None, state: str, caplog: pytest.LogCaptureFixture
) -> None:
    refresh(mixed, tmp_path)
    if file is None:
        with mixed.begin() as connection:
            # Past the program: no data version, no sign of a change.
            connection.execute(
                text("UPDATE petition SET registered_on = registered_on - 90, category = 'civil'")
            )
    else:
        with mixed.connect() as connection:
            path = tmp_path / in_force(connection).name / file
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
    # The whole alone finds what is wrong throughout, whatever filters chance would bring.
    assert verify(mixed, tmp_path, np.random.default_rng(0), filters=0).state == state
    assert is_unverified(mixed)
    keeping.keep_up(mixed, tmp_path)
    assert "making it anew" in caplog.text
    assert_true(mixed, tmp_path)
    assert not is_unverified(mixed)


@pytest.mark.parametrize(
    "change",
    [
        "category = CASE category WHEN 'civil' THEN 'market' ELSE 'civil' END",
        "stage = CASE stage WHEN 'closed' THEN 'registered' ELSE 'closed' END",
        "place_status = 'review'",
    ],
)
def test_one_matter_that_differs_from_its_copy_is_always_found(
    mixed: Engine, tmp_path: Path, change: str
) -> None:
    refresh(mixed, tmp_path)
    assert verify(mixed, tmp_path, np.random.default_rng(0), filters=0).state == "equal"
    with mixed.begin() as connection:
        changed = connection.execute(
            text(
                f"UPDATE petition SET {change} WHERE id = (SELECT max(id) FROM petition"
                " WHERE place_status = 'accepted' AND village_id IS NOT NULL)"
            )
        )
    assert changed.rowcount == 1
    assert verify(mixed, tmp_path, np.random.default_rng(0), filters=0).state == "different"


def test_random_filters_find_what_the_whole_does_not_tell(mixed: Engine, tmp_path: Path) -> None:
    refresh(mixed, tmp_path)
    with mixed.begin() as connection:
        days = "(SELECT min(registered_on) FROM petition), (SELECT max(registered_on) FROM petition)"
        connection.execute(
            text(
                "UPDATE petition SET registered_on = greatest(registered_on - 90, least_on)"
                f" FROM (VALUES ({days})) AS span (least_on, most_on)"
                " WHERE registered_on BETWEEN least_on + 1 AND most_on - 1"
            )
        )
    assert verify(mixed, tmp_path, np.random.default_rng(0), filters=0).state == "equal"
    assert verify(mixed, tmp_path, np.random.default_rng(0), filters=60).state == "different"


def test_the_worker_keeps_the_copy_and_verifies_it_once_a_day(mixed: Engine, tmp_path: Path) -> None:
    keeping.keep_up(mixed, tmp_path)
    assert is_unverified(mixed), "made in one round, compared in the next"
    keeping.keep_up(mixed, tmp_path)
    assert not is_unverified(mixed)
    with mixed.begin() as connection:
        connection.execute(text("UPDATE count_snapshot SET verified_at = now() - interval '25 hours'"))
    assert is_unverified(mixed)


def test_a_copy_that_fails_leaves_the_former_in_force_and_says_so(
    mixed: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    refresh(mixed, tmp_path)
    before = numbers(opened(mixed, tmp_path))
    with mixed.begin() as connection:
        write(connection, "stages", 2)

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device", "somewhere")

    monkeypatch.setattr(files, "_write_array", full)
    keeping.keep_up(mixed, tmp_path)
    assert "the earlier copy stays in force: OSError" in caplog.text
    assert "somewhere" not in caplog.text
    assert numbers(opened(mixed, tmp_path)) == before
    assert not list(tmp_path.glob(".aside*"))


def test_two_workers_make_one_copy(mixed: Engine, tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as threads:
        made = list(threads.map(lambda _: refresh(mixed, tmp_path), range(2)))
    assert sorted(made) == [False, True]
