"""Tours are kept under a lock and an own name, by the bureau alone, and every change is in the audit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text

from data import cluster
from data.cli import make_cli
from data.sessions import writing
from data.store import PostgisStore
from data.tour_desk import TourDesk
from data.writes import tours as writes
from grid.audits import Action
from grid.principals import Principal, Role
from grid.refusals import Refused
from grid.tour_files import read_file
from grid.tours import Scene, Shows, Tour
from layers.words import say
from tests.storage.written_audit import audit_rows

SCENES = (Scene(Shows.WALL, "全市", "?layers=density", 30), Scene(Shows.LISTED))
TOUR = Tour(0, "指挥中心", SCENES)


@pytest.fixture
def desk(
    engine: Engine, login_as: Callable[..., Engine], sign_in: Callable[..., Principal]
) -> Callable[[Role], TourDesk]:
    server, who = login_as(engine, "fengtu_server"), dict[Role, Principal]()

    def of(role: Role) -> TourDesk:
        if role not in who:
            who[role] = sign_in(engine, role)
        return PostgisStore(server).tours(who[role])

    return of


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def test_what_the_bureau_keeps_the_wall_reads(desk: Callable[[Role], TourDesk]) -> None:
    kept = desk(Role.BUREAU).save_tour(TOUR)
    assert kept == replace(TOUR, id=kept.id, version=1)
    for role in (Role.KIOSK, Role.LEADER, Role.APPROVER):
        assert desk(role).tours() == (kept,)
        assert desk(role).tour(str(kept.id)) == desk(role).tour("指挥中心") == kept
        assert refused(lambda role=role: desk(role).save_tour(TOUR)) == "not_allowed"  # type: ignore[misc]
        for act in (
            lambda role=role: desk(role).save_tour(kept),  # type: ignore[misc]
            lambda role=role: desk(role).discard_tour(kept.id, 1),  # type: ignore[misc]
        ):
            assert refused(act) == "not_allowed"
    assert desk(Role.BUREAU).tours() == (kept,)


def test_two_who_change_one_tour_do_not_overwrite_each_other(desk: Callable[[Role], TourDesk]) -> None:
    bureau = desk(Role.BUREAU)
    first = bureau.save_tour(TOUR)
    second = bureau.save_tour(replace(first, name="值班", scenes=SCENES[:1]))
    assert (second.version, second.name, second.scenes) == (2, "值班", SCENES[:1])
    assert refused(lambda: bureau.save_tour(replace(first, name="旧"))) == "tour_changed_meanwhile"
    assert refused(lambda: bureau.discard_tour(first.id, first.version)) == "tour_changed_meanwhile"
    assert bureau.tours() == (second,)
    bureau.discard_tour(second.id, second.version)
    assert bureau.tours() == ()
    assert refused(lambda: bureau.save_tour(second)) == "tour_unknown"


@pytest.mark.parametrize("key", ["7", "0", "没有", "", "9" * 30, "²", "x" * 500])
def test_a_tour_that_is_not_there_is_told(desk: Callable[[Role], TourDesk], key: str) -> None:
    assert refused(lambda: desk(Role.KIOSK).tour(key)) == "tour_unknown"


def test_names_are_taken_once_and_tours_have_an_end(
    desk: Callable[[Role], TourDesk], monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau = desk(Role.BUREAU)
    kept, other = bureau.save_tour(TOUR), bureau.save_tour(replace(TOUR, name="乙"))
    assert refused(lambda: bureau.save_tour(TOUR)) == "tour_name_taken"
    assert refused(lambda: bureau.save_tour(replace(other, name=TOUR.name))) == "tour_name_taken"
    monkeypatch.setattr(writes, "MOST_TOURS", 2)
    assert refused(lambda: bureau.save_tour(replace(TOUR, name="丙"))) == "tours_full"
    assert {one.id for one in bureau.tours()} == {kept.id, other.id}


def test_what_is_saved_is_what_may_be_written(desk: Callable[[Role], TourDesk], engine: Engine) -> None:
    bureau = desk(Role.BUREAU)
    for wrong, code in (
        (replace(TOUR, name="1"), "tour_name"),
        (replace(TOUR, scenes=()), "tour_scenes"),
        (replace(TOUR, scenes=(Scene(Shows.WALL, "", "?who=me"),)), "tour_scene_query"),
        (replace(TOUR, scenes=(Scene(Shows.LISTED, "电话13800138000"),)), "tour_names_person"),
    ):
        assert refused(lambda wrong=wrong: bureau.save_tour(wrong)) == code  # type: ignore[misc]
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM tour")).scalar_one() == 0


def test_a_scene_that_the_wall_no_longer_knows_is_left_out(
    desk: Callable[[Role], TourDesk], engine: Engine
) -> None:
    kept = desk(Role.BUREAU).save_tour(TOUR)
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE tour SET scenes = '[{\"shows\": \"gone\"}, 7]' || scenes || '[{}]'::jsonb")
        )
    assert desk(Role.KIOSK).tour("指挥中心").scenes == SCENES
    assert desk(Role.KIOSK).tours() == (kept,)


def test_changes_are_audited_and_change_no_data(desk: Callable[[Role], TourDesk], engine: Engine) -> None:
    before = desk(Role.BUREAU).version()
    kept = desk(Role.BUREAU).save_tour(TOUR)
    desk(Role.BUREAU).discard_tour(kept.id, kept.version)
    lines = [one for one in audit_rows(engine) if one.subject == "tour"]
    assert [(one.action, one.role, one.facts) for one in lines] == [
        (Action.TOUR_SAVE, Role.BUREAU, {"name": "指挥中心", "count": 2}),
        (Action.TOUR_DISCARD, Role.BUREAU, {"tour": {"name": "指挥中心"}}),
    ]
    assert desk(Role.BUREAU).version() == before


def test_nobody_writes_in_anothers_name(
    desk: Callable[[Role], TourDesk], engine: Engine, login_as: Callable[..., Engine],
    sign_in: Callable[..., Principal],
) -> None:  # fmt: skip
    kept = desk(Role.BUREAU).save_tour(TOUR)
    me, server = sign_in(engine, Role.BUREAU), login_as(engine, "fengtu_server")

    def run(sql: str) -> None:
        with writing(server, me, Action.TOUR_SAVE, "tour", changes_data=False) as session:
            session.execute(text(sql))

    for sql in (
        "INSERT INTO tour (name, scenes, principal) VALUES ('x', '[]', 'somebody')",
        "UPDATE tour SET principal = 'somebody'",
        "UPDATE tour SET name = 'y'",
        f"UPDATE tour SET id = {kept.id + 1}",
    ):
        with pytest.raises(Exception, match=r"row-level security|permission denied|can only be updated"):
            run(sql)
    changed = PostgisStore(server).tours(me).save_tour(replace(kept, name="接手"))
    assert changed.version == 2
    with engine.connect() as connection:
        assert connection.execute(text("SELECT principal FROM tour")).scalar_one() == me.id


@pytest.fixture
def fengtu(
    engine: Engine, login_as: Callable[[Engine, str], Engine], tmp_path: Path
) -> Callable[..., Result]:
    url = login_as(engine, cluster.OWNER).url.render_as_string(hide_password=False)
    given: dict[str, Any] = {
        "DATABASE_URL": url, "FENGTU_HOME": str(tmp_path), "PORT": "8123", "PUBLIC_URL": "",
    }  # fmt: skip
    return lambda *words: CliRunner().invoke(make_cli(say), ["tour", *words], env=given)


def test_a_file_is_imported_exported_and_imported_again(
    fengtu: Callable[..., Result], desk: Callable[[Role], TourDesk], tmp_path: Path
) -> None:
    assert say("tour.command.none") in fengtu("list").output
    path = tmp_path / "tour.toml"
    path.write_text(
        'name = "值班"\n[[scene]]\nshows = "wall"\nquery = "/wall?layers=counts&level=town"\n'
        '[[scene]]\nshows = "patches"\nseconds = 9\n',
        encoding="utf-8",
    )
    answer = fengtu("import", str(path))
    assert (answer.exit_code, "值班" in answer.output) == (0, True), answer.output
    kept = desk(Role.KIOSK).tour("值班")
    assert [one.shows for one in kept.scenes] == [Shows.WALL, Shows.PATCHES]
    exported = fengtu("export", "值班")
    assert read_file(exported.stdout.encode()).scenes == kept.scenes
    path.write_text(exported.stdout, encoding="utf-8")
    assert fengtu("import", str(path)).exit_code == 0
    assert desk(Role.KIOSK).tour("值班") == replace(kept, version=2), "in the place of the one of its name"
    assert fengtu("list").output.count("值班") == 1


def test_a_wrong_file_is_told_in_words_with_line_and_scene(
    fengtu: Callable[..., Result], desk: Callable[[Role], TourDesk], tmp_path: Path
) -> None:
    path = tmp_path / "tour.toml"
    path.write_text(
        'name = "值班"\n[[scene]]\nshows = "listed"\n\n[[scene]]\nshows = "wall"\nquery = "?who=me"\n',
        encoding="utf-8",
    )
    answer = fengtu("import", str(path))
    assert answer.exit_code == 2
    assert "第 5 行" in answer.stderr
    assert "第 2 项" in answer.stderr
    assert "who=me" in answer.stderr
    assert desk(Role.KIOSK).tours() == ()
    assert fengtu("export", "没有").exit_code == 2
