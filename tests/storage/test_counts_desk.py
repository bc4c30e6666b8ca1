"""Who asks the desk of hotspots is decided by the database, for each reading anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Event, Timer

import pytest
from sqlalchemy import Engine, create_engine, text

from data.access import roles
from data.cluster import OWNER
from data.counts import files
from data.counts.refreshing import in_force, refresh
from data.hotspot_desk import HotspotDesk
from data.store import PostgisStore
from data.worker import run_worker
from grid.areas import Level
from grid.hotspots.findings import Method
from grid.hotspots.questions import Dimension, MatterFilter, Step
from grid.refusals import Refused
from tests.storage.mixed_city import TODAY, City

YEARS = MatterFilter(TODAY - timedelta(days=700), TODAY)
ALLOWED = {"leader", "approver", "bureau"}
READINGS: dict[str, Callable[[HotspotDesk], object]] = {
    "state": lambda desk: desk.state(),
    "counts": lambda desk: desk.counts(Level.GRID, YEARS),
    "days": lambda desk: desk.days(YEARS),
    "split": lambda desk: desk.split(YEARS, Dimension.STAGE),
    "playback": lambda desk: desk.playback(Level.TOWN, YEARS, Step.MONTH),
    "surface": lambda desk: desk.surface(YEARS),
    "significance": lambda desk: desk.significance(Level.TOWN, YEARS, Method.GI_STAR),
    "emerging": lambda desk: desk.emerging(Level.TOWN, YEARS),
}


@pytest.fixture
def store(mixed: Engine, login_as: Callable[[Engine, str], Engine], tmp_path: Path) -> PostgisStore:
    """Return what serves screens, over a city whose copy was made."""
    refresh(mixed, tmp_path)
    return PostgisStore(login_as(mixed, roles.SERVER), tmp_path)


@pytest.mark.parametrize("role", sorted(ALLOWED))
def test_who_may_see_the_whole_city_counts_it(
    store: PostgisStore, mixed: Engine, mixed_city: City, role: str
) -> None:
    desk = store.hotspots(mixed_city.who[role])
    with mixed.connect() as connection:
        known = connection.execute(
            text("SELECT count(*) FROM petition WHERE purpose <> 'accusation'")
        ).scalar_one()
    assert desk.state().rows == known
    assert desk.counts(Level.GRID, YEARS).total == known
    assert desk.days(YEARS).counts.sum() == known
    assert sum(count for _, count in desk.split(YEARS, Dimension.CATEGORY)) == known
    with pytest.raises(Refused, match="area_unknown"):
        desk.counts(Level.GRID, MatterFilter(TODAY, TODAY, within=frozenset({10**9})))


@pytest.mark.parametrize("reading", list(READINGS))
def test_nobody_else_counts_anything(store: PostgisStore, mixed_city: City, reading: str) -> None:
    # The copy is open already: what is open is no key to it.
    READINGS["counts"](store.hotspots(mixed_city.who["leader"]))
    others = {name: who for name, who in mixed_city.who.items() if name not in ALLOWED}
    assert {"kiosk", "worker", "town", "unit", "admin", "clerk", "auditor"} <= others.keys()
    for principal in others.values():
        with pytest.raises(Refused, match="not_allowed"):
            READINGS[reading](store.hotspots(principal))
    for principal in mixed_city.dead.values():
        with pytest.raises(Refused, match=r"not_allowed|counts_not_ready"):
            READINGS[reading](store.hotspots(principal))


def test_before_there_is_a_copy_it_is_said_to_come(
    mixed: Engine, login_as: Callable[[Engine, str], Engine], mixed_city: City, tmp_path: Path
) -> None:
    server = login_as(mixed, roles.SERVER)
    desk = PostgisStore(server, tmp_path).hotspots(mixed_city.who["leader"])
    for reading in READINGS.values():
        with pytest.raises(Refused, match="counts_not_ready"):
            reading(desk)
    refresh(mixed, tmp_path)
    assert desk.state().rows > 0
    with pytest.raises(Refused, match="counts_not_ready"):
        PostgisStore(server, tmp_path / "elsewhere").hotspots(mixed_city.who["leader"]).days(YEARS)


def test_a_newer_copy_is_read_at_once_and_a_session_that_ends_reads_no_more(
    store: PostgisStore, mixed: Engine, mixed_city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leader = mixed_city.who["leader"]
    begun = store.hotspots(leader)
    before = begun.counts(Level.GRID, YEARS).total
    monkeypatch.setattr(files, "_OLD_S", -1.0)
    with mixed.begin() as connection:
        connection.execute(
            text(
                "UPDATE petition SET registered_on = '2001-01-01' WHERE id IN (SELECT min(id) FROM petition)"
            )
        )
        connection.execute(text("UPDATE data_version SET number = number + 1"))
    refresh(mixed, tmp_path)
    assert store.hotspots(leader).counts(Level.GRID, YEARS).total == before - 1
    assert begun.days(YEARS).counts.sum() == before, "one request is answered of one copy"
    owner = create_engine(mixed.url.set(username=OWNER))
    with owner.begin() as connection:
        connection.execute(text("UPDATE login_session SET closed_at = now()"))
    owner.dispose()
    with pytest.raises(Refused, match="counts_not_ready"):
        store.hotspots(leader).counts(Level.GRID, YEARS)


def test_the_worker_makes_the_copy_between_jobs(mixed: Engine, tmp_path: Path) -> None:
    stop = Event()
    Timer(60, stop.set).start()

    class Until(Event):
        def wait(self, timeout: float | None = None) -> bool:
            with mixed.connect() as connection:
                if in_force(connection) is not None:
                    stop.set()
            return stop.wait(timeout)

        def is_set(self) -> bool:
            return stop.is_set()

    run_worker(mixed, Until(), poll_s=0.05, counts=tmp_path)
    with mixed.connect() as connection:
        assert (tmp_path / in_force(connection).name / files.HEADER).exists()
