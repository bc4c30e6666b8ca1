"""A decision on an address places all its matters at once, is undone to the last bit, and keeps its bounds.

Everything is asked through the server's login, under the row level security of whoever is signed in.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from data.access import roles
from data.intake.run import run_import
from data.review_desk import ReviewDesk
from data.store import PostgisStore
from data.writes.editions import roll_back
from grid.areas import Level
from grid.findings import ImportKind
from grid.places import Granularity
from grid.principals import COMMAND_LINE, Principal, Role
from grid.refusals import Refused
from grid.reviewing import Decision, PlaceSaid, ReportVerdict, Verdict
from tests.storage.conftest import city_features, write_features
from tests.storage.mixed_city import TODAY
from tests.storage.petition_files import FULL, PETITIONS, line

STREET, ELSEWHERE, ALONE = "江口路9号", "外市大道1号", "双石老街"
_PLACE = (
    "place_status, granularity, place_method, point::text, county_id, town_id, village_id, grid_id,"
    " functional_id, place_reasons, place_candidates, place_decision_id"
)


@dataclass
class World:
    """A small city with matters of a few addresses, and who works on them."""

    root: Engine
    server: Engine
    clerk: Principal
    other: Principal
    worker: Principal
    areas: dict[str, int]

    def desk(self, who: Principal | None = None) -> ReviewDesk:
        return PostgisStore(self.server).review(who or self.clerk)

    def places(self, key: str = "") -> list[tuple[Any, ...]]:
        """Every matter's place to the last bit, or those of one text."""
        with self.root.connect() as connection:
            rows = connection.execute(
                text(f"SELECT id, {_PLACE} FROM petition WHERE :key IN ('', address_key) ORDER BY id"),
                {"key": key},
            )
            return [tuple(row) for row in rows]

    def ask(self, sql: str, **values: object) -> Any:
        with self.root.connect() as connection:
            return connection.execute(text(sql), values).scalar_one()

    def run(self, sql: str, **values: object) -> None:
        with self.root.begin() as connection:
            connection.execute(text(sql), values)

    def add(self, address: str, times: int = 1, **more: object) -> list[int]:
        """Insert matters of an address that wait for review."""
        values: dict[str, object] = {
            "status": "review", "granularity": "none", "method": "address", "reasons": "{rivals}",
            "candidates": "{}", "purpose": "claim", "grid": None, "village": None, "town": None,
            "county": None, "point": None,
        } | more  # fmt: skip
        with self.root.begin() as connection:
            return [
                connection.execute(_INSERT, {**values, "address": address, "day": TODAY}).scalar_one()
                for _ in range(times)
            ]

    def place(self, key: str = STREET, area: str = "第1网格", **more: Any) -> Any:
        return self.desk().decide(Decision(key, Verdict.PLACED, self.areas[area], **more))


_INSERT = text("""
    INSERT INTO petition (source, matter_no, channel, purpose, category, track, stage, registered_on,
        is_repeat, batch_id, place_status, granularity, place_method, address, address_key, place_reasons,
        place_candidates, county_id, town_id, village_id, grid_id, point)
    VALUES ('test', gen_random_uuid(), 'visit', :purpose, 'land', 'ordinary', 'handling', :day, false,
        (SELECT min(id) FROM import_batch), :status, :granularity, :method, :address, :address,
        CAST(:reasons AS text[]), CAST(:candidates AS bigint[]), :county, :town, :village, :grid,
        CAST(:point AS geometry))
    RETURNING id""")


@pytest.fixture
def world(
    small_city: Engine, login_as: Callable[..., Engine], sign_in: Callable[..., Principal]
) -> Iterator[World]:
    root = login_as(small_city, "postgres")
    with root.connect() as connection:
        rows = connection.execute(text("SELECT name, code, id FROM area ORDER BY code")).all()
    areas = {row.name: row.id for row in reversed(rows)}
    grid = areas["第1网格"]
    server = login_as(small_city, roles.SERVER)
    made = World(
        root, server,
        sign_in(small_city, Role.CLERK), sign_in(small_city, Role.CLERK),
        sign_in(small_city, Role.WORKER, areas=[grid]), areas,
    )  # fmt: skip
    made.add(STREET, 3, candidates=f"{{{grid}}}")
    made.add(ELSEWHERE, 2, status="unmatched", method="none", reasons="{unknown_name}")
    made.add(ALONE)
    made.add("", status="unmatched", method="none", reasons="{coordinate_zero}")
    yield made
    server.dispose()
    root.dispose()


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


# The queue


def test_the_queue_has_each_text_once_the_most_frequent_first(world: World) -> None:
    queue = world.desk().queue()
    assert [(one.key, one.count) for one in queue.items] == [
        (STREET, 3), (ELSEWHERE, 2), (" coordinate_zero", 1), (ALONE, 1),
    ]  # fmt: skip
    assert (queue.texts, queue.matters, queue.decided_today, queue.pages) == (4, 7, 0, 1)
    assert [one.has_text for one in queue.items] == [True, True, False, True]


def test_an_item_has_candidates_with_path_and_outline_and_suggestions(world: World) -> None:
    world.run(
        "INSERT INTO provider_answer (provider, address_key, outcome, raw, point)"
        " VALUES ('tianditu', :key, 'found', '{}', 'SRID=4490;POINT(120.01 28.02)'),"
        " ('amap', :key, 'too_far', '{}', NULL)",
        key=STREET,
    )
    item = world.desk().item(STREET)
    assert [one.path for one in item.candidates] == [("云岭县", "东山街道", "东东1村", "第1网格")]
    assert item.candidates[0].outline
    assert [(one.source, one.lon, one.lat) for one in item.suggestions] == [("tianditu", 120.01, 28.02)]
    for key in ("", "没有", "x" * 401, "\0"):
        assert code_of(partial(world.desk().item, key)) in {"review_item_unknown", "value_unstorable"}


def test_areas_are_found_by_name_sound_initials_and_code_within_what_is_above(world: World) -> None:
    def found(words: str) -> list[str]:
        return [" ".join(one.path) for one in world.desk().find_areas(words)]

    assert found("江口街道")[0] == "临江区 江口街道"
    assert found("jiangkou")[0] == "临江区 江口街道"
    assert found("jkjd")[0] == "临江区 江口街道"
    assert found("990102001")[0] == "临江区 江口街道"
    assert found("双石镇") == ["云岭县 双石镇", "临江区 双石镇"]
    assert found("临江 双石镇") == ["临江区 双石镇"]
    assert found("") == found("   ") == found("没有这样的地方") == []
    assert len(found("网格")) == 9


# Deciding


def test_a_decision_places_all_matters_of_the_text_down_the_tree_and_nothing_else(world: World) -> None:
    others = [row for row in world.places() if row not in world.places(STREET)]
    version = world.ask("SELECT number FROM data_version")
    made = world.place(area="东东1村")
    assert (made.matters, made.area_name, made.granularity) == (3, "东东1村", Granularity.VILLAGE)
    areas = world.areas
    for row in world.places(STREET):
        assert row[1:] == ("accepted", "village", "decision", None, areas["云岭县"], areas["东山街道"],
                           areas["东东1村"], None, None, [], [], made.id)  # fmt: skip
    assert [row for row in world.places() if row not in world.places(STREET)] == others
    assert world.ask("SELECT number FROM data_version") == version + 1
    queue = world.desk().queue()
    assert STREET not in {one.key for one in queue.items}
    assert (queue.matters, queue.decided_today) == (4, 3)
    latest = world.desk(world.other).decisions()[0]
    assert (latest.key, latest.matters, latest.own, latest.undone) == (STREET, 3, False, False)


def test_a_point_is_a_point_only_where_somebody_pointed(world: World) -> None:
    made = world.place(area="东山街道", point=(120.07, 28.05))
    assert made.granularity is Granularity.POINT
    point = world.ask("SELECT DISTINCT ST_AsText(point) FROM petition WHERE address_key = :k", k=STREET)
    assert point == "POINT(120.07 28.05)"
    # The grid that holds the point, not only the town that was named.
    held = "SELECT DISTINCT a.code FROM petition p JOIN area a ON a.id = p.grid_id WHERE address_key = :k"
    assert world.ask(held, k=STREET) == "990101001001002"


@pytest.mark.parametrize(
    ("area", "point", "code"),
    [
        ("江口街道", (120.07, 28.05), "point_outside_area"),
        ("东山街道", (10.0, 28.05), "point_outside_city"),
        ("枫溪经济开发区", None, "decision_area_functional"),
    ],
)
def test_what_contradicts_itself_is_refused_and_changes_nothing(
    world: World, area: str, point: tuple[float, float] | None, code: str
) -> None:
    before = world.places()
    assert code_of(lambda: world.place(area=area, point=point)) == code
    assert world.places() == before
    assert world.ask("SELECT count(*) FROM place_decision") == 0


@pytest.mark.parametrize("area", [0, 10**6, 2**62])
def test_a_forged_area_is_unknown(world: World, area: int) -> None:
    assert code_of(lambda: world.desk().decide(Decision(STREET, Verdict.PLACED, area))) == "area_unknown"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ((STREET, Verdict.PLACED), "decision_incomplete"),
        ((STREET, Verdict.OUTSIDE, 5), "decision_incomplete"),
        ((STREET, Verdict.UNPLACEABLE, None, (1.0, 2.0)), "decision_incomplete"),
        ((STREET, Verdict.PLACED, 2**63), "decision_incomplete"),
        (("", Verdict.OUTSIDE), "decision_incomplete"),
        ((" coordinate_zero", Verdict.UNPLACEABLE), "decision_without_text"),
        ((STREET, Verdict.PLACED, 5, (float("nan"), 2.0)), "point_unreadable"),
    ],
)
def test_an_unlawful_decision_cannot_be_made(given: tuple[Any, ...], code: str) -> None:
    assert code_of(lambda: Decision(*given)) == code


@pytest.mark.parametrize(
    ("verdict", "status"), [(Verdict.OUTSIDE, "out_of_area"), (Verdict.UNPLACEABLE, "unmatched")]
)
def test_what_is_outside_or_nowhere_leaves_the_queue_without_a_place(
    world: World, verdict: Verdict, status: str
) -> None:
    made = world.desk().decide(Decision(ELSEWHERE, verdict))
    assert [row[1:8] for row in world.places(ELSEWHERE)] == [
        (status, "none", "decision", None, None, None, None)
    ] * 2
    assert ELSEWHERE not in {one.key for one in world.desk().queue().items}
    world.desk().undo(made.id)
    assert ELSEWHERE in {one.key for one in world.desk().queue().items}


@pytest.mark.parametrize("reason", ["address_missing", "address_refers_elsewhere"])
def test_a_text_that_names_nothing_is_never_placed(world: World, reason: str) -> None:
    world.add("同上", reasons=f"{{{reason}}}")
    assert code_of(lambda: world.place("同上")) == "decision_names_nothing"
    assert world.desk().decide(Decision("同上", Verdict.UNPLACEABLE)).matters == 1


def test_accusations_and_what_is_recused_are_neither_counted_nor_placed(world: World) -> None:
    kept = world.add(ALONE, 2)
    with world.root.begin() as connection:
        connection.execute(text(
            "INSERT INTO recusal SELECT unnest(CAST(:ids AS bigint[])), id FROM account"
            " WHERE public_id = :who"
        ), {"ids": kept, "who": world.clerk.id})  # fmt: skip
    counts = {one.key: one.count for one in world.desk().queue().items}
    assert counts[ALONE] == 1
    assert {one.key: one.count for one in world.desk(world.other).queue().items}[ALONE] == 3
    made = world.place(ALONE)
    assert made.matters == 1
    assert [row[1] for row in world.places(ALONE)] == ["accepted", "review", "review"]
    # Who sees the rest takes it into the same decision, and cannot make another.
    other = world.desk(world.other)
    assert code_of(lambda: other.decide(Decision(ALONE, Verdict.OUTSIDE))) == "decision_in_force"
    joined = other.decide(Decision(ALONE, Verdict.PLACED, world.areas["第1网格"]))
    assert (joined.id, joined.matters) == (made.id, 2)
    assert world.desk().decisions()[0].matters == 1, "the rest is not the clerk's to know"
    assert other.decisions()[0].matters == 3


def test_a_decision_on_recused_matters_alone_is_not_listed(world: World) -> None:
    kept = world.add("封存路1号")
    world.desk(world.other).decide(Decision("封存路1号", Verdict.OUTSIDE))
    world.run("INSERT INTO recusal SELECT :matter, id FROM account WHERE public_id = :who",
              matter=kept[0], who=world.clerk.id)  # fmt: skip
    assert world.desk().decisions() == ()
    assert len(world.desk(world.other).decisions()) == 1


# Two at once


def test_of_two_who_decide_the_same_text_the_second_is_told(world: World) -> None:
    """Held between its reading and its end, the first makes the second wait and then be refused by name."""
    outcomes: list[str] = []

    def second() -> None:
        try:
            world.desk(world.other).decide(Decision(STREET, Verdict.OUTSIDE))
            outcomes.append("made")
        except Refused as refused:
            outcomes.append(refused.code)

    with world.root.connect() as holder:
        # Whoever decides writes the data version last: while it is held the first cannot end.
        holder.execute(text("SELECT * FROM data_version FOR UPDATE"))
        threads = [
            threading.Thread(target=lambda: outcomes.append(str(world.place().matters))),
            threading.Thread(target=second),
        ]
        threads[0].start()
        _wait_for(world, 1)
        threads[1].start()
        _wait_for(world, 2)
        holder.rollback()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(outcomes) == ["3", "decision_in_force"]
    assert world.ask("SELECT count(*) FROM place_decision") == 1


def _wait_for(world: World, waiting: int) -> None:
    for _ in range(400):
        blocked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()"
        if world.ask(blocked) >= waiting:
            return
        threading.Event().wait(0.02)
    pytest.fail("nobody waits")


def test_who_comes_too_late_is_told_what_was_decided(world: World) -> None:
    world.place(area="东东1村")
    with pytest.raises(Refused) as refused:
        world.desk(world.other).decide(Decision(STREET, Verdict.OUTSIDE))
    assert (refused.value.code, refused.value.facts) == ("decision_in_force", {"area": "东东1村"})


# Undoing


def test_undoing_puts_every_matter_back_to_the_last_bit(world: World) -> None:
    areas = world.areas
    world.add(STREET, granularity="point", method="coordinates", point="SRID=4490;POINT(120.0123456789 28.1)",
              grid=areas["第1网格"], village=areas["东东1村"], town=areas["东山街道"], county=areas["云岭县"],
              reasons="{address_disagrees,datum_assumed}", candidates=f"{{{areas['江口街道']}}}")  # fmt: skip
    before = world.places()
    made = world.place(point=(120.01, 28.05))
    assert world.places() != before
    world.desk(world.other).undo(made.id)
    assert world.places() == before
    assert code_of(lambda: world.desk().undo(made.id)) == "decision_undone"
    assert world.desk().decisions()[0].undone
    assert world.desk().queue().decided_today == 0
    assert world.place().matters == 4, "the text may be decided anew"


def test_what_something_else_placed_since_stays_and_the_rest_is_undone(world: World) -> None:
    before = world.places(STREET)
    made = world.place()
    moved = "UPDATE petition SET place_method = 'worker', place_status = 'review', place_decision_id = NULL"
    world.run(f"{moved} WHERE id = :id", id=before[1][0])
    stays = world.places(STREET)[1]
    undone = world.desk().undo(made.id)
    assert (undone.matters, undone.stayed) == (2, 1)
    assert world.places(STREET) == [before[0], stays, before[2]]


def test_what_an_import_placed_by_a_decision_waits_again_once_it_is_undone(
    world: World, take_in: Callable[..., Any], write_csv: Callable[..., Any]
) -> None:
    made = world.place()
    placeless = {"问题属地": STREET, "经度": "", "纬度": "", "坐标系": "", "区划代码": ""}
    file = write_csv([FULL, line("Z1", **placeless)])
    take_in(PETITIONS, file)
    assert world.places(STREET)[3][-1] == made.id
    assert world.desk().decisions()[0].matters == 4
    undone = world.desk().undo(made.id)
    assert (undone.matters, undone.stayed) == (4, 0)
    assert world.places(STREET)[3][1:] == (
        "review", "none", "address", *[None] * 6, ["rivals"], [], None
    )  # fmt: skip
    assert world.desk().item(STREET).count == 4
    # The file again, with something else changed, finds it waiting still.
    take_in(PETITIONS, write_csv([FULL, line("Z1", **placeless, 评价="满意")], "again.csv"))
    assert world.desk().item(STREET).count == 4
    assert world.place(area="东东1村").matters == 4


@pytest.mark.parametrize("more", [{}, {"评价": "满意"}], ids=["unchanged", "updated"])
def test_a_place_of_an_undone_decision_is_no_persons_word_to_an_import(
    world: World, take_in: Callable[..., Any], write_csv: Callable[..., Any], more: dict[str, str]
) -> None:
    """As after an undo while an import was under way, which still placed by the decision."""
    made = world.place()
    placeless = {"问题属地": STREET, "经度": "", "纬度": "", "坐标系": "", "区划代码": ""}
    take_in(PETITIONS, write_csv([FULL, line("Z1", **placeless)]))
    world.run("UPDATE place_decision SET undone_at = now()")
    waiting = {one.key: one.count for one in world.desk().queue().items}
    assert waiting[STREET] == 4, "nothing is placed by an undone decision and in no queue"
    take_in(PETITIONS, write_csv([FULL, line("Z1", **placeless | more), line("Z2")], "again.csv"))
    assert world.places(STREET)[3][-1] is None
    assert made.id in {row[-1] for row in world.places(STREET)[:3]}


def test_what_was_kept_from_whoever_undid_waits_for_somebody_else(world: World) -> None:
    made = world.place()
    kept = world.places(STREET)[0][0]
    world.run("INSERT INTO recusal SELECT :matter, id FROM account WHERE public_id = :who",
              matter=kept, who=world.other.id)  # fmt: skip
    assert world.desk(world.other).undo(made.id).matters == 2
    assert world.desk(world.other).item(STREET).count == 2
    assert world.desk().item(STREET).count == 3
    assert world.place(area="江口街道").matters == 3
    assert STREET not in {one.key for one in world.desk().queue().items}


def test_the_decision_in_force_on_a_text_is_found_beyond_the_latest(world: World) -> None:
    made = world.place()
    world.desk(world.other).undo(world.desk().decide(Decision(ELSEWHERE, Verdict.OUTSIDE)).id)
    for number in range(20):
        world.add(f"新街{number}号")
        world.desk().decide(Decision(f"新街{number}号", Verdict.OUTSIDE))
    assert made.id not in {one.id for one in world.desk().decisions()}
    assert [one.id for one in world.desk(world.other).decisions(STREET)] == [made.id]
    assert world.desk().decisions(ELSEWHERE) == ()


def _bring_towns(world: World, folder: Path, names: set[str] | None = None) -> None:
    every: list[dict[str, Any]] = city_features()["town"]
    towns = [one for one in every if names is None or one["properties"]["name"] in names]
    file = write_features(folder / f"towns{len(towns)}.geojson", towns)
    options = {"level": "town", "vintage": "2020", "valid_from": "2020-01-01"}
    run_import(world.root, COMMAND_LINE, ImportKind.BOUNDARIES, file, options=options)


def test_undoing_after_new_boundaries_names_todays_areas_and_after_their_rollback_the_former(
    world: World, small_city: Engine, tmp_path: Path
) -> None:
    county, town = world.areas["云岭县"], world.areas["东山街道"]
    world.run("UPDATE petition SET county_id = :c, town_id = :t WHERE address_key = :k",
              c=county, t=town, k=STREET)  # fmt: skip
    made = world.place()
    _bring_towns(world, tmp_path)
    world.desk().undo(made.id)
    (now,) = {row[6] for row in world.places(STREET)}
    assert now != town
    assert world.ask("SELECT valid_to IS NULL FROM area WHERE id = :id", id=now)
    again = world.place()
    roll_back(small_city, COMMAND_LINE, Level.TOWN)
    assert world.desk().undo(again.id).matters == 3
    assert {row[6] for row in world.places(STREET)} == {town}


def test_a_decision_whose_area_nothing_follows_is_closed_and_its_matters_wait(
    world: World, small_city: Engine, tmp_path: Path
) -> None:
    made = world.place(area="江口街道")
    before = world.places(STREET)
    _bring_towns(world, tmp_path, {"东山街道", "双石镇"})
    assert {(row[1], row[3], row[-1]) for row in world.places(STREET)} == {("review", "address", None)}
    assert world.desk().item(STREET).count == 3
    assert world.desk().decisions()[0].undone
    roll_back(small_city, COMMAND_LINE, Level.TOWN)
    assert world.places(STREET) == before
    assert not world.desk().decisions()[0].undone
    assert world.desk().undo(made.id).matters == 3


@pytest.mark.parametrize("number", [0, -1, 10**6, 2**63, True])
def test_an_unknown_decision_is_not_undone(world: World, number: int) -> None:
    assert code_of(lambda: world.desk().undo(number)) == "decision_unknown"


# On the spot


def test_a_worker_confirms_once_and_the_clerk_learns_of_nothing(world: World) -> None:
    matter = world.add("东山路1号", status="accepted", granularity="grid", grid=world.areas["第1网格"],
                       village=world.areas["东东1村"], reasons="{}")[0]  # fmt: skip
    patch = PostgisStore(world.server).patch(world.worker)
    audited = "SELECT count(*) FROM audit WHERE action = 'place.report'"
    for _ in range(3):
        patch.report_place(PlaceSaid(matter, ReportVerdict.RIGHT))
    assert world.ask("SELECT count(*) FROM place_report") == 1
    assert world.ask(audited) == 1
    assert patch.patch(world.areas["第1网格"]).matters[0].report is ReportVerdict.RIGHT
    assert "东山路1号" not in {one.key for one in world.desk().queue().items}
    patch.take_back_report(matter)
    assert code_of(lambda: patch.take_back_report(matter)) == "report_unknown"


def test_what_a_worker_says_is_elsewhere_comes_to_the_clerk_and_is_decided(world: World) -> None:
    grid = world.areas["第1网格"]
    matter = world.add("东山路1号", status="accepted", granularity="grid", grid=grid,
                       village=world.areas["东东1村"], reasons="{}")[0]  # fmt: skip
    patch = PostgisStore(world.server).patch(world.worker)
    patch.report_place(PlaceSaid(matter, ReportVerdict.ELSEWHERE))
    item = world.desk().item("东山路1号")
    assert (item.disputed, item.reasons, item.count) == (True, ("worker_disputes",), 1)
    before = world.places()
    made = world.place("东山路1号", area="江口街道")
    assert code_of(lambda: patch.take_back_report(matter)) == "matter_unknown"
    assert "东山路1号" not in {one.key for one in world.desk().queue().items}
    world.desk().undo(made.id)
    assert world.places() == before
    assert world.desk().item("东山路1号").disputed, "the report is open again"
    patch.take_back_report(matter)
    assert code_of(lambda: world.desk().item("东山路1号")) == "review_item_unknown"


def test_a_disputed_decision_is_replaced_for_all_its_matters(world: World) -> None:
    """Siblings that nobody disputes go with it: the text means another place."""
    first = world.place()
    matter = world.places(STREET)[0][0]
    PostgisStore(world.server).patch(world.worker).report_place(PlaceSaid(matter, ReportVerdict.ELSEWHERE))
    second = world.place(area="江口街道")
    assert (second.matters, {row[6] for row in world.places(STREET)}) == (3, {world.areas["江口街道"]})
    assert {one.id: one.undone for one in world.desk().decisions()} == {first.id: True, second.id: False}
    told = world.ask(
        "SELECT facts->'saved' FROM audit WHERE action = 'review.decide' ORDER BY id DESC LIMIT 1"
    )
    assert told == {"decision": second.id, "replaced": first.id, "restored": 3, "verdict": "placed",
                    "area": "990102001", "matters": 3}  # fmt: skip


def test_a_worker_moves_a_point_within_the_patch_and_takes_it_back(world: World) -> None:
    grid = world.areas["第1网格"]
    matter = world.add("东山路1号", status="accepted", granularity="village", grid=grid,
                       reasons="{near_only}", village=world.areas["东东1村"],
                       town=world.areas["东山街道"])[0]  # fmt: skip
    patch = PostgisStore(world.server).patch(world.worker)
    before = world.places()
    assert code_of(lambda: patch.report_place(
        PlaceSaid(matter, ReportVerdict.MOVED, (120.3, 28.05)))) == "place_outside_patch"  # fmt: skip
    assert world.places() == before
    for _ in range(2):
        patch.report_place(PlaceSaid(matter, ReportVerdict.MOVED, (120.02, 28.03)))
    assert world.ask("SELECT count(*) FROM place_report") == 1
    point = "SELECT ST_AsText(point) || ' ' || place_method FROM petition WHERE id = :id"
    assert world.ask(point, id=matter) == "POINT(120.02 28.03) worker"
    patch.take_back_report(matter)
    assert world.places() == before


def test_where_a_worker_was_is_suggested_for_the_same_text(world: World) -> None:
    grid = world.areas["第1网格"]
    matter = world.add(STREET, status="accepted", granularity="grid", grid=grid,
                       village=world.areas["东东1村"], reasons="{}")[0]  # fmt: skip
    patch = PostgisStore(world.server).patch(world.worker)
    patch.report_place(PlaceSaid(matter, ReportVerdict.MOVED, (120.02, 28.03)))
    item = world.desk().item(STREET)
    assert [(one.source, one.lon, one.lat) for one in item.suggestions] == [("worker", 120.02, 28.03)]
    assert item.count == 3, "what was moved on the spot waits no more"


def test_a_workers_point_stands_against_a_later_undo(world: World) -> None:
    made = world.place()
    matter = world.places(STREET)[0][0]
    patch = PostgisStore(world.server).patch(world.worker)
    patch.report_place(PlaceSaid(matter, ReportVerdict.MOVED, (120.02, 28.03)))
    stands = world.places(STREET)[0]
    assert world.desk().undo(made.id).matters == 2
    assert world.places(STREET)[0] == stands


@pytest.mark.parametrize("matter", [0, -1, 10**6, 2**63, True])
def test_a_tampered_matter_is_unknown_to_a_worker(world: World, matter: int) -> None:
    patch = PostgisStore(world.server).patch(world.worker)
    for verdict, point in ((ReportVerdict.RIGHT, None), (ReportVerdict.MOVED, (120.02, 28.03))):
        assert code_of(partial(patch.report_place, PlaceSaid(matter, verdict, point))) == "matter_unknown"
    assert code_of(lambda: patch.take_back_report(matter)) == "matter_unknown"


def test_another_patchs_matter_is_unknown_to_a_worker(world: World) -> None:
    far = world.ask("SELECT max(id) FROM area WHERE level = 'grid'")
    matter = world.add("江口路1号", status="accepted", granularity="grid", grid=far, reasons="{}")[0]
    patch = PostgisStore(world.server).patch(world.worker)
    assert code_of(lambda: patch.report_place(PlaceSaid(matter, ReportVerdict.ELSEWHERE))) == "matter_unknown"


def test_only_placers_decide(world: World, sign_in: Callable[..., Principal]) -> None:
    for role in set(Role) - {Role.CLERK, Role.BUREAU}:
        desk = world.desk(sign_in(world.root, role))
        outside = partial(desk.decide, Decision(STREET, Verdict.OUTSIDE))
        for act in (desk.queue, outside, desk.decisions):
            assert code_of(act) in {"not_allowed", "review_item_unknown"}, role
    bureau = world.desk(sign_in(world.root, Role.BUREAU))
    assert bureau.decide(Decision(STREET, Verdict.OUTSIDE)).matters == 3


def test_the_audit_tells_who_decided_but_no_address(world: World) -> None:
    made = world.place()
    world.desk(world.other).undo(made.id)
    with world.root.connect() as connection:
        rows = connection.execute(text(
            "SELECT principal, action, facts FROM audit WHERE action LIKE 'review.%' ORDER BY id"
        )).all()  # fmt: skip
    assert [(row.principal, row.action) for row in rows] == [
        (world.clerk.id, "review.decide"), (world.other.id, "review.undo"),
    ]  # fmt: skip
    assert rows[0].facts["saved"] == {"decision": made.id, "verdict": "placed", "matters": 3,
                                      "area": "990101001001001"}  # fmt: skip
    assert not [row for row in rows if STREET in str(row.facts)]
