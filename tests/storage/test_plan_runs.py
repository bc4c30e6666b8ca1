"""Runs of planning: in a child that may be killed, told in a row that its owner alone sees and writes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, insert, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from data import cluster, coverage_runs, models, plan_runs
from data.access import roles
from data.sessions import act_for, reading
from data.suggesting import process
from data.suggesting.process import Limits, limits_for
from grid.planning import Edit, EditKind, apply_edits
from grid.principals import Principal, Role
from grid.refusals import Refused
from grid.suggesting.building import SuggestAsked
from grid.suggesting.problem import Certainty
from grid.suggesting.runs import Run, RunKind, RunState, RunStatus
from tests.storage.published_plans import make_city, published
from tests.storage.written_audit import audit_rows

ROOT = Path(__file__).parents[2]
LIMITS = limits_for(30)
TALKS = """
import itertools, time
def work(payload):
    for number in itertools.count():
        yield {"number": number, "echo": payload}
        time.sleep(0.05)
        if payload.get("rounds") == number:
            return
        if payload.get("eats"):
            kept = bytearray(2**33)
        if payload.get("dies"):
            raise ValueError("a secret of the plan")
        if payload.get("tells"):
            import os
            print("to nobody")
            os.system("echo to nobody")
            yield {"environment": dict(os.environ)}
        while payload.get("spins"):
            pass
"""
CHILD = """
import sys, types, runpy
talks = types.ModuleType("grid.siting.working")
exec({talks!r}, talks.__dict__)
sys.modules["grid.siting.working"] = talks
runpy.run_module("data.suggesting", run_name="__main__", alter_sys=True)
"""


@pytest.fixture
def talking(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Children whose siting is a function that says numbers, and misbehaves when it is asked to."""
    script = tmp_path / "child.py"
    script.write_text(CHILD.format(talks=TALKS))
    monkeypatch.setattr(process, "_PROGRAM", ("-P", "-s", str(script)))


@pytest.fixture(scope="module")
def city(module_engine: Engine) -> Engine:
    return make_city(module_engine)


@pytest.fixture
def planner(city: Engine, sign_in: Callable[..., Principal]) -> Principal:
    return sign_in(city, Role.PLANNER)


@pytest.fixture
def server(city: Engine, login_as: Callable[[Engine, str], Engine]) -> Engine:
    return login_as(city, roles.SERVER)


@pytest.fixture
def start(server: Engine, planner: Principal, talking: None) -> Iterator[Callable[..., int]]:
    """Start runs that talk, for the planner; those that are not over at the end are stopped."""
    begun: list[tuple[Principal, int]] = []

    def begin(principal: Principal = planner, limits: Limits = LIMITS, **payload: Any) -> int:
        run_id = plan_runs.start(server, principal, RunKind.SITING, {"p": 1}, payload, limits=limits)
        begun.append((principal, run_id))
        return run_id

    yield begin
    for principal, _ in begun:
        with Session(server) as session, session.begin():
            act_for(session, principal, timeout_ms=5000)
            session.execute(update(models.PlanningRun).values(stop_asked=True))
    _until(lambda: _free_slots(server) == 2)


@pytest.fixture
def told(server: Engine, planner: Principal) -> Callable[[int], Run]:
    """Return how a run of the planner's ended."""
    return lambda run_id: _ended(server, planner, run_id)


def _free_slots(engine: Engine) -> int:
    """Return how many runs could be started now."""
    keys = ", ".join(map(str, plan_runs._SLOTS))
    held = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid IN ({keys}) AND database = ("
    with engine.connect() as one:
        own = "SELECT oid FROM pg_database WHERE datname = current_database())"
        return len(plan_runs._SLOTS) - int(one.execute(text(held + own)).scalar_one())


def _run(engine: Engine, principal: Principal, run_id: int) -> Run:
    with reading(engine, principal) as session:
        return plan_runs.run(session, run_id)


def _until(holds: Callable[[], Any], seconds: float = 40) -> Any:
    """Wait until something holds; how long it may take says nothing of how long it takes."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        if time.monotonic() > end:
            raise AssertionError("it never came to pass")
        time.sleep(0.05)
    return found


def _ended(engine: Engine, principal: Principal, run_id: int) -> Run:
    def over() -> Run | None:
        run = _run(engine, principal, run_id)
        return run if run.status is not RunStatus.RUNNING else None

    found: Run = _until(over)
    return found


def test_a_run_is_told_while_it_goes_on_and_keeps_its_last_state(
    server: Engine, planner: Principal, start: Callable[..., int]
) -> None:
    run_id = start(rounds=40)
    early = _until(lambda: (run := _run(server, planner, run_id)).state and run)
    assert (early.status, early.kind, early.asked) == (RunStatus.RUNNING, RunKind.SITING, {"p": 1})
    done = _ended(server, planner, run_id)
    assert (done.status, done.error) == (RunStatus.DONE, None)
    assert done.state == {"number": 40, "echo": {"rounds": 40}}
    assert done.seconds == _run(server, planner, run_id).seconds


def test_one_who_asks_stops_a_run_and_keeps_what_was_found(
    server: Engine, planner: Principal, start: Callable[..., int]
) -> None:
    run_id = start()
    _until(lambda: _run(server, planner, run_id).state)
    plan_runs.stop(server, planner, run_id)
    stopped = _ended(server, planner, run_id)
    assert (stopped.status, stopped.error) == (RunStatus.STOPPED, None)
    assert stopped.state["number"] >= 0


def test_two_are_at_work_at_once_and_a_third_is_refused_until_one_ends(
    server: Engine,
    planner: Principal,
    start: Callable[..., int],
    sign_in: Callable[..., Principal],
    city: Engine,
) -> None:
    first, _ = start(), start(sign_in(city, Role.LEADER))
    with pytest.raises(Refused, match="suggest_busy"):
        start(sign_in(city, Role.BUREAU))
    plan_runs.stop(server, planner, first)
    _until(lambda: _free_slots(server) == 1)
    start()


def test_nobody_sees_stops_or_writes_anothers_run(
    server: Engine, city: Engine, start: Callable[..., int], sign_in: Callable[..., Principal]
) -> None:
    run_id = start()
    for other in (sign_in(city, Role.PLANNER), sign_in(city, Role.APPROVER), sign_in(city, Role.LEADER)):
        for ask in (
            lambda o=other: _run(server, o, run_id),
            lambda o=other: plan_runs.stop(server, o, run_id),
        ):
            with pytest.raises(Refused, match="run_unknown"):
                ask()
    forged = {"kind": "siting", "status": "running", "principal": "somebody", "asked": {}}
    thief = sign_in(city, Role.PLANNER)
    with Session(server) as session, session.begin():
        act_for(session, thief, timeout_ms=5000)
        with pytest.raises(DBAPIError, match="row-level security"):
            session.execute(insert(models.PlanningRun).values(**forged))


@pytest.mark.parametrize("run_id", [0, -1, 10**6, 2**62, 2**70])
def test_an_unknown_run_is_refused(server: Engine, planner: Principal, run_id: int) -> None:
    with pytest.raises(Refused, match="run_unknown"):
        _run(server, planner, run_id)
    with pytest.raises(Refused, match="run_unknown"):
        plan_runs.stop(server, planner, run_id)


def test_a_role_without_planning_starts_nothing_and_leaves_the_slot_free(
    server: Engine, city: Engine, start: Callable[..., int], sign_in: Callable[..., Principal]
) -> None:
    for role in (Role.WORKER, Role.AUDITOR, Role.KIOSK):
        with pytest.raises(DBAPIError, match="permission denied"):
            start(sign_in(city, role))
    assert _free_slots(server) == 2


def test_the_child_ends_with_the_session_it_works_for(
    server: Engine, city: Engine, planner: Principal, start: Callable[..., int],
    login_as: Callable[[Engine, str], Engine],
) -> None:  # fmt: skip
    run_id = start()
    _until(lambda: _run(server, planner, run_id).state)
    with login_as(city, cluster.OWNER).begin() as owner:
        owner.execute(text("DELETE FROM login_session"))
    _until(lambda: _free_slots(server) == 2)
    with Session(city) as session:
        row = session.get_one(models.PlanningRun, run_id)
    assert row.status == "running"  # nobody was left who may write it


def test_a_run_that_is_silent_is_told_as_lost(
    server: Engine, city: Engine, planner: Principal, start: Callable[..., int]
) -> None:
    run_id = start(rounds=0)
    assert _ended(server, planner, run_id).status is RunStatus.DONE
    silent = func.now() - text(f"interval '{plan_runs.LOST_AFTER_S + 1} seconds'")
    with Session(city) as session, session.begin():
        changed = {"status": "running", "seen_at": silent, "ended_at": None}
        session.execute(update(models.PlanningRun).where(models.PlanningRun.id == run_id).values(**changed))
    lost = _run(server, planner, run_id)
    assert (lost.status, lost.error) == (RunStatus.FAILED, "run_lost")


@pytest.mark.parametrize(
    ("fault", "limits", "error"),
    [
        ("dies", LIMITS, "run_died"),
        ("eats", LIMITS, "run_too_heavy"),
        ("spins", Limits(LIMITS.memory, 60, 5.0), "run_slow"),
        ("spins", Limits(LIMITS.memory, 1, 60), "run_slow"),
    ],
)
def test_a_child_that_fails_is_named_and_its_last_state_kept(
    told: Callable[[int], Run], start: Callable[..., int], fault: str, limits: Limits, error: str
) -> None:
    failed = told(start(limits=limits, **{fault: True}))
    assert (failed.status, failed.error) == (RunStatus.FAILED, error)
    assert failed.state["number"] == 0
    assert "secret" not in str(failed)


def test_a_child_knows_no_address_and_what_it_prints_reaches_nobody(
    server: Engine, planner: Principal, start: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://owner:secret@host/fengtu")
    done = _ended(server, planner, start(rounds=1, tells=True))
    assert done.status is RunStatus.DONE
    assert "secret" not in json.dumps(done.state)


def test_a_killed_child_is_told(server: Engine, planner: Principal, start: Callable[..., int]) -> None:
    run_id = start()
    _until(lambda: _run(server, planner, run_id).state)
    for child in _children(os.getpid()):
        os.kill(child, signal.SIGKILL)
    died = _ended(server, planner, run_id)
    assert (died.status, died.error) == (RunStatus.FAILED, "run_died")


def test_the_child_dies_with_its_parent(talking: None, tmp_path: Path) -> None:
    parent = tmp_path / "parent.py"
    parent.write_text(
        "from data.suggesting import process\n"
        f"process._PROGRAM = {process._PROGRAM!r}\n"
        "from grid.suggesting.runs import RunKind\n"
        "with process.running(RunKind.SITING, {'spins': True}, process.limits_for(30)) as child:\n"
        "    for state in child.states(0.5):\n"
        "        print(child.id, flush=True)\n"
    )
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, str(parent)], env=environment, stdout=subprocess.PIPE) as running_:
        assert running_.stdout is not None
        child = int(running_.stdout.readline())
        running_.kill()
    _until(lambda: not _is_alive(child))


def test_starting_leaves_one_line_in_the_audit(
    server: Engine, city: Engine, planner: Principal, start: Callable[..., int]
) -> None:
    before = len(audit_rows(city))
    _ended(server, planner, start(rounds=30))
    (line,) = audit_rows(city)[before:]
    assert (line.action, line.subject, line.facts) == ("plan.suggest", "planning_run", {"run_kind": "siting"})


def test_a_plan_is_suggested_from_start_to_end(server: Engine, city: Engine, planner: Principal) -> None:
    book = published(city)
    units = {unit.name: unit.id for unit in book.units}
    draft = apply_edits(book, [Edit(EditKind.GIVE, units["县2"], book.leaders[0].id)])
    run_id = coverage_runs.suggest(server, planner, draft, SuggestAsked(most_changes=2, seconds=2))

    def state() -> RunState:
        with reading(server, planner) as session:
            return coverage_runs.state(session, run_id)

    _until(lambda: state().status is not RunStatus.RUNNING)
    done = state()
    assert (done.status, done.error) == (RunStatus.DONE, None)
    assert done.found is not None
    # 44 would be lighter, but puts 县0 and 县2, which do not touch, into one hand.
    assert (done.found.today, done.found.heaviest, done.found.certainty) == (53, 51, Certainty.PROVEN)
    assert done.found.is_explained
    assert done.edits == (Edit(EditKind.GIVE, units["县1"], book.leaders[1].id),)
    assert [point.heaviest for point in done.found.curve][:2] == [53, 51]


def _children(parent: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
            command = (status.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == parent and b"child.py" in command:
            found.append(int(status.parent.name))
    return found


def _is_alive(process_id: int) -> bool:
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
