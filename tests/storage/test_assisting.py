"""What a grid worker did is kept once, for matters of their patch alone, and read by who sees the matter."""

# ruff: noqa: F811  a fixture is named twice
from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from data.sessions import make_engine
from data.store import PostgisStore
from grid.assisting import AssistNote, AssistStep, AssistTold
from grid.principals import Principal, Role
from grid.questions import PatchMatter
from tests.storage.petition_files import FULL, PETITIONS, line
from tests.storage.test_decisions import World, code_of, world  # noqa: F401

WORDS = "已到现场查看路灯"
NOTES = "SELECT count(*) FROM assist_note"
AUDITED = "SELECT count(*) FROM audit WHERE action = 'assist.note'"


def note_of(matter: int, step: AssistStep = AssistStep.VISITED, words: str = WORDS) -> AssistNote:
    return AssistNote(matter, step, words, uuid.uuid4(), datetime.now(UTC) - timedelta(minutes=3))


@pytest.fixture
def matter(world: World) -> int:
    """A matter in the worker's grid, in its town and county."""
    return world.add(
        "东山路1号", status="accepted", granularity="grid", grid=world.areas["第1网格"], reasons="{}",
        village=world.areas["东东1村"], town=world.areas["东山街道"], county=world.areas["云岭县"],
    )[0]  # fmt: skip


def listed(world: World, matter: int, who: Principal | None = None) -> PatchMatter:
    patch = PostgisStore(world.server).patch(who or world.worker).patch(world.areas["第1网格"])
    return next(one for one in patch.matters if one.id == matter)


def keep(world: World, note: AssistNote, who: Principal | None = None) -> bool:
    return PostgisStore(world.server).patch(who or world.worker).assist(note)


def test_a_note_sent_again_is_kept_once_and_audited_once_without_its_words(world: World, matter: int) -> None:
    note, version = note_of(matter), world.ask("SELECT number FROM data_version")
    assert [keep(world, note) for _ in range(3)] == [True, False, False]
    assert (world.ask(NOTES), world.ask(AUDITED)) == (1, 1)
    facts = world.ask("SELECT facts -> 'saved' FROM audit WHERE action = 'assist.note'")
    number = world.ask("SELECT matter_no FROM petition WHERE id = :id", id=matter)
    assert facts == {"matter": number, "assist_step": "visited", "characters": len(WORDS)}
    assert world.ask("SELECT count(*) FROM audit WHERE facts::text LIKE '%路灯%'") == 0
    assert world.ask("SELECT number FROM data_version") == version, "no screen's figure changes"


def test_a_note_moves_neither_stage_nor_clock(world: World, matter: int) -> None:
    whole = "SELECT p::text FROM petition p WHERE id = :id"
    before = (world.ask(whole, id=matter), world.ask("SELECT count(*) FROM open_clock"))
    for step in AssistStep:
        assert keep(world, note_of(matter, step))
    assert (world.ask(whole, id=matter), world.ask("SELECT count(*) FROM open_clock")) == before


def test_a_key_with_another_note_is_refused(world: World, matter: int) -> None:
    other = world.add("东山路2号", status="accepted", granularity="grid", grid=world.areas["第1网格"],
                      reasons="{}")[0]  # fmt: skip
    note = note_of(matter)
    keep(world, note)
    for changed in (
        replace(note, step=AssistStep.RESOLVED), replace(note, words="别的"), replace(note, matter_id=other),
        replace(note, taken_at=note.taken_at - timedelta(hours=1)),
    ):  # fmt: skip
        assert code_of(lambda changed=changed: keep(world, changed)) == "note_key_reused"
    assert not keep(world, replace(note, taken_at=note.taken_at + timedelta(minutes=2)))
    assert (world.ask(NOTES), world.ask(AUDITED)) == (1, 1)


def test_another_workers_key_is_nobody_elses(
    world: World, matter: int, small_city: Engine, sign_in: Callable[..., Principal]
) -> None:
    note, mate = note_of(matter), sign_in(small_city, Role.WORKER, areas=[world.areas["第1网格"]])
    assert keep(world, note)
    assert keep(world, replace(note, words="同一把钥匙"), mate)
    assert world.ask(NOTES) == 2


def test_the_same_sent_by_many_requests_at_once_is_kept_once(world: World, matter: int) -> None:
    notes, answers = [note_of(matter, words=f"第{n}次") for n in range(5)], []
    gate = threading.Barrier(8)

    def send() -> None:
        engine = make_engine(world.server.url.render_as_string(hide_password=False))
        desk = PostgisStore(engine).patch(world.worker)
        for note in notes:
            gate.wait()
            answers.append((note.key, desk.assist(note)))
        engine.dispose()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 40
    assert sorted(key for key, is_new in answers if is_new) == sorted(note.key for note in notes)
    assert (world.ask(NOTES), world.ask(AUDITED)) == (5, 5)


@pytest.mark.parametrize("number", [10**6, 2**63 - 1])
def test_a_matter_that_is_not_there_is_unknown(world: World, number: int) -> None:
    assert code_of(lambda: keep(world, note_of(number))) == "matter_unknown"


def test_whatever_is_not_of_the_own_patch_is_unknown(
    world: World, matter: int, small_city: Engine, sign_in: Callable[..., Principal]
) -> None:
    far = world.ask("SELECT max(id) FROM area WHERE level = 'grid'")
    elsewhere = world.add("江口路1号", status="accepted", granularity="grid", grid=far, reasons="{}")[0]
    unsure = world.add("东山路3号", granularity="grid", grid=world.areas["第1网格"])[0]
    accused = world.add("", purpose="accusation", status=None, granularity=None, method=None, reasons="{}")[0]
    world.run(
        "INSERT INTO recusal (petition_id, account_id) SELECT :id, id FROM account WHERE public_id = :who",
        id=matter, who=world.worker.id,
    )  # fmt: skip
    narrow = sign_in(small_city, Role.WORKER)
    for foreign in (elsewhere, unsure, accused, matter):
        assert code_of(lambda foreign=foreign: keep(world, note_of(foreign))) == "matter_unknown"
    assert code_of(lambda: keep(world, note_of(matter), narrow)) == "matter_unknown"
    assert (world.ask(NOTES), world.ask(AUDITED)) == (0, 0)


def test_notes_are_told_in_the_order_of_the_steps_and_whose_they_are(
    world: World, matter: int, small_city: Engine, sign_in: Callable[..., Principal]
) -> None:
    mate = sign_in(small_city, Role.WORKER, areas=[world.areas["第1网格"]])
    now = datetime.now(UTC).replace(microsecond=0)
    steps = ((AssistStep.VISITED, 1, world.worker), (AssistStep.RECEIVED, 9, mate),
             (AssistStep.CONTACTED, 5, world.worker))  # fmt: skip
    for step, hours, who in steps:
        keep(world, replace(note_of(matter, step), taken_at=now - timedelta(hours=hours)), who)
    told = listed(world, matter).notes
    assert [(one.step, one.own) for one in told] == [
        (AssistStep.RECEIVED, False), (AssistStep.CONTACTED, True), (AssistStep.VISITED, True),
    ]  # fmt: skip
    assert told[-1] == AssistTold(AssistStep.VISITED, now - timedelta(hours=1), WORDS, True)
    assert [one.own for one in listed(world, matter, mate).notes] == [True, False, False]


def test_who_sees_the_matter_reads_its_notes_and_nobody_else(
    world: World, matter: int, small_city: Engine, sign_in: Callable[..., Principal]
) -> None:
    keep(world, note_of(matter))
    town = sign_in(small_city, Role.TOWN, areas=[world.areas["东山街道"]])
    other = sign_in(small_city, Role.TOWN, areas=[world.areas["江口街道"]])
    bureau, unit = sign_in(small_city, Role.BUREAU), sign_in(small_city, Role.UNIT)
    store = PostgisStore(world.server)
    for reader in (town, bureau):
        (told,) = store.matters(reader).detail(matter).notes
        assert (told.step, told.words, told.own) == (AssistStep.VISITED, WORDS, False)
    for stranger in (other, unit):
        assert code_of(lambda stranger=stranger: store.matters(stranger).detail(matter)) == "matter_unknown"
    world.run(
        "INSERT INTO recusal (petition_id, account_id) SELECT :id, id FROM account WHERE public_id = :who",
        id=matter, who=town.id,
    )  # fmt: skip
    assert code_of(lambda: store.matters(town).detail(matter)) == "matter_unknown"


def test_a_phone_cannot_tell_a_time_that_has_not_come(world: World, matter: int) -> None:
    """The database's clock holds, whatever the server's says."""
    keep(world, replace(note_of(matter), taken_at=datetime.now(UTC) + timedelta(hours=1)))
    assert world.ask("SELECT taken_at <= noted_at FROM assist_note")


def test_notes_go_with_the_matter(world: World, matter: int) -> None:
    keep(world, note_of(matter))
    world.run("DELETE FROM petition WHERE id = :id", id=matter)
    assert world.ask(NOTES) == 0


def test_notes_are_dropped_where_the_matter_turns_out_to_be_an_accusation(
    take_in: Callable[..., object], write_csv: Callable[..., object], world: World
) -> None:
    take_in(PETITIONS, write_csv([FULL, line("Z1"), line("Z2")]))
    numbers = "SELECT id FROM petition WHERE matter_no = :no"
    for number in ("Z1", "Z2"):
        world.run(
            "INSERT INTO assist_note (petition_id, principal, key, step, taken_at)"
            " SELECT id, 'x', gen_random_uuid(), 'visited', now() FROM petition WHERE matter_no = :no",
            no=number,
        )
    take_in(PETITIONS, write_csv([FULL, line("Z1", 信访目的="检举控告")], "b.csv"))
    assert world.ask(NOTES) == 1
    assert world.ask("SELECT petition_id FROM assist_note") == world.ask(numbers, no="Z2")
