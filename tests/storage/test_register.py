"""The register over row level security equals a filter by hand: each its own rows, no accusation, no recusal.

Every reading of it is in the audit, with what was asked and how many came, and without any words of a person.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from data import models
from data.access import roles
from data.desks import MattersDesk
from data.reads import register
from data.store import PostgisStore
from grid.matters import SETTLED_STAGES, Category, Channel, Purpose, Stage
from grid.principals import Principal, Role
from grid.refusals import Refused
from grid.register import RegisterClock, RegisterQuestion, SortColumn
from layers.words import Language, say

ODD_NUMBERS = ("=1+1", "+86", "@SUM(A1)", "－2", "100%", "1_0", "a\\b", "x' OR '1'='1")
HOSTILE = (
    "%", "_", "\\", "'", '"', ";", "--", "' OR '1'='1", "'; DROP TABLE petition; --", "x' UNION SELECT 1 --",
    "$$", ":id", "%s", "%(x)s", "{}", "\\'", "E'\\x27'", "pg_sleep(9)", "*", "（",
)  # fmt: skip


@dataclass(frozen=True)
class Matter:
    """One matter as the oracle knows it; ``town`` is the index of its town, ``unit`` of its unit."""

    number: str
    id: int
    purpose: str
    category: str
    channel: str
    stage: str
    registered_on: date
    due_on: date | None
    replied_on: date | None
    closed_on: date | None
    town: int | None
    accepted: bool
    unit: int | None


@dataclass(frozen=True)
class World:
    """The small city with random matters; ``engine`` serves screens, ``root`` is past row level security."""

    engine: Engine
    root: Engine
    matters: tuple[Matter, ...]
    areas: dict[str, tuple[int, ...]]
    units: tuple[int, ...]
    today: date
    who: dict[str, Principal]

    def desk(self, name: str) -> MattersDesk:
        return PostgisStore(self.engine).matters(self.who[name])

    def seen(self, name: str) -> list[Matter]:
        rows = [one for one in self.matters if one.purpose != Purpose.ACCUSATION]
        if name == "town":
            return [one for one in rows if one.accepted and one.town == 1]
        if name == "county":
            return [one for one in rows if one.accepted and one.town in {2, 3}]
        if name == "unit":
            return [one for one in rows if one.unit == 1]
        return rows if name == "bureau" else []

    def audited(self, action: str) -> list[tuple[str, str, dict[str, Any]]]:
        statement = text("SELECT principal, role, facts FROM audit WHERE action = :a ORDER BY number")
        with self.root.connect() as connection:
            return [tuple(row) for row in connection.execute(statement, {"a": action})]


@pytest.fixture(scope="module")
def world(
    new_database: Callable[..., Engine],
    _small_city_template: str,
    login_as: Callable[[Engine, str], Engine],
    sign_in: Callable[..., Principal],
) -> Iterator[World]:
    importer = new_database(_small_city_template)
    root = login_as(importer, "postgres")
    with Session(root) as session, session.begin():
        statement = text("SELECT id FROM area WHERE level = :level ORDER BY code")
        areas = {
            level: tuple(session.scalars(statement, {"level": level}))
            for level in ("county", "town", "village", "grid")
        }
        today = session.scalar(text("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date"))
        units = tuple(
            session.scalar(insert(models.Unit).values(name=name, kind="department").returning(models.Unit.id))
            for name in ("=HYPERLINK(1)", "住建局", "民政局")
        )
        matters = _insert(session, areas, units, today)
    who = {
        "bureau": sign_in(importer, Role.BUREAU),
        "town": sign_in(importer, Role.TOWN, areas=[areas["town"][1]]),
        "county": sign_in(importer, Role.TOWN, areas=[areas["county"][1]]),
        "unit": sign_in(importer, Role.UNIT, units=[units[1]]),
        "stranger": sign_in(importer, Role.TOWN),
    }
    yield World(login_as(importer, roles.SERVER), root, matters, areas, units, today, who)
    importer.dispose()


def _insert(
    session: Session, areas: dict[str, tuple[int, ...]], units: Sequence[int], today: date
) -> tuple[Matter, ...]:
    rng = random.Random(20261122)
    batch = session.scalar(text("SELECT min(id) FROM import_batch"))
    made = []
    for index in range(700):
        values, town, unit = _values(rng, index, today)
        accepted = rng.random() < 0.8
        if town is not None:
            place = {
                "place_status": "accepted" if accepted else "review", "granularity": "grid",
                "place_method": "code", "address": f"{index} 号", "county_id": areas["county"][town // 2],
                "town_id": areas["town"][town], "village_id": areas["village"][town * 2],
                "grid_id": areas["grid"][town * 4],
            }  # fmt: skip
        row = values | (place if town is not None else {})
        row |= {"source": "t", "is_repeat": index % 5 == 0, "track": "ordinary", "batch_id": batch}
        row["unit_id"] = None if unit is None else units[unit]
        statement = insert(models.Petition).values(**row).returning(models.Petition.id)
        found = session.scalar(statement)
        known = {name: values[name] for name in values if name != "matter_no"}
        known |= {"town": town, "unit": unit, "accepted": accepted and town is not None}
        made.append(Matter(values["matter_no"], found, **known))
    return tuple(made)


def _values(rng: random.Random, index: int, today: date) -> tuple[dict[str, Any], int | None, int | None]:
    purpose = rng.choice(["claim"] * 7 + ["suggestion", "accusation"])
    registered = today - timedelta(days=rng.randrange(0, 400))
    due = registered + timedelta(days=rng.randrange(20, 90)) if rng.random() < 0.8 else None
    if index % 7 == 0:
        # Around the edges of the clock: the due day itself, and seven and eight days before it.
        due = today + timedelta(days=rng.randrange(-2, 10))
    replied = registered + timedelta(days=rng.randrange(1, 120)) if rng.random() < 0.5 else None
    closed = registered + timedelta(days=rng.randrange(1, 140)) if rng.random() < 0.3 else None
    number = ODD_NUMBERS[index] if index < len(ODD_NUMBERS) else f"XF{rng.randrange(10**6):06d}-{index}"
    if index < len(ODD_NUMBERS):
        purpose = "claim"
    values = {
        "matter_no": number, "purpose": purpose, "category": rng.choice(list(Category)).value,
        "channel": rng.choice(list(Channel)).value, "stage": rng.choice(list(Stage)).value,
        "registered_on": registered, "due_on": due, "replied_on": replied, "closed_on": closed,
    }  # fmt: skip
    if purpose == "accusation":
        return values, None, None
    return values, rng.choice([0, 1, 2, 3, 3, None]), rng.choice([0, 1, 2, None])


def _clock(one: Matter, today: date) -> str:
    settled = one.replied_on or one.closed_on
    settled_already = (one.stage in set(SETTLED_STAGES)) if settled is None else settled <= today
    if settled_already:
        if settled is None or one.due_on is None:
            return "untimed"
        return "stopped_in_time" if settled <= one.due_on else "stopped_late"
    if one.due_on is None:
        return "not_started"
    left = (one.due_on - today).days
    return "overdue" if left < 0 else "due_soon" if left <= 7 else "running"


def _asked(rows: list[Matter], question: RegisterQuestion, today: date) -> list[Matter]:
    return [
        one for one in rows
        if question.clock in (None, _clock(one, today))
        and question.category in (None, one.category)
        and question.channel in (None, one.channel)
        and question.stage in (None, one.stage)
        and one.number.startswith(question.number)
        and (question.since or date.min) <= one.registered_on <= (question.until or date.max)
    ]  # fmt: skip


def _all_rows(desk: MattersDesk, question: RegisterQuestion) -> list[Any]:
    first = desk.page(question)
    pages = [desk.page(replace(question, page=number)) for number in range(2, first.pages + 1)]
    rows = [row for page in (first, *pages) for row in page.rows]
    assert len(rows) == first.total
    return rows


def _perhaps(rng: random.Random, *choices: Any) -> Any:
    return rng.choice(choices) if rng.random() < 0.35 else None


READERS = ("bureau", "town", "county", "unit", "stranger")


@pytest.mark.parametrize("name", READERS)
def test_each_sees_exactly_their_own(world: World, name: str) -> None:
    rows = _all_rows(world.desk(name), RegisterQuestion())
    assert sorted(row.id for row in rows) == sorted(one.id for one in world.seen(name))
    assert (name == "stranger") == (not rows)


@pytest.mark.parametrize("name", READERS)
def test_clocks_count_and_filter_as_by_hand(world: World, name: str) -> None:
    desk, seen = world.desk(name), world.seen(name)
    for clock in RegisterClock:
        question = RegisterQuestion(clock=clock)
        page, rows = desk.page(question), _all_rows(desk, question)
        assert {row.id for row in rows} == {one.id for one in _asked(seen, question, world.today)}
        assert {row.clock for row in rows} <= {clock}
        assert page.by_clock == {
            each: sum(_clock(one, world.today) == each for one in seen) for each in RegisterClock
        }
        assert page.on == world.today


def test_the_world_has_matters_of_every_clock(world: World) -> None:
    assert {_clock(one, world.today) for one in world.seen("bureau")} == {
        each.value for each in RegisterClock
    }


@pytest.mark.parametrize("name", ["bureau", "unit"])
def test_filters_equal_the_oracle(world: World, name: str) -> None:
    rng, desk, seen = random.Random(5), world.desk(name), world.seen(name)
    answered = 0
    for _ in range(60):
        since = world.today - timedelta(days=rng.randrange(0, 400))
        question = RegisterQuestion(
            clock=_perhaps(rng, *RegisterClock),
            category=_perhaps(rng, *Category),
            channel=_perhaps(rng, *Channel),
            stage=_perhaps(rng, *Stage),
            number=_perhaps(rng, "XF", "XF1", *ODD_NUMBERS) or "",
            since=_perhaps(rng, since),
            until=_perhaps(rng, since + timedelta(days=90)),
        )
        expected = _asked(seen, question, world.today)
        assert {row.id for row in _all_rows(desk, question)} == {one.id for one in expected}
        answered += bool(expected)
    assert answered > 10


@pytest.mark.parametrize("sort", list(SortColumn))
@pytest.mark.parametrize("descending", [False, True])
def test_every_order_equals_the_oracle(world: World, sort: SortColumn, descending: bool) -> None:
    question = RegisterQuestion(sort=sort, descending=descending)
    found = [row.id for row in _all_rows(world.desk("bureau"), question)]
    names = ("=HYPERLINK(1)", "住建局", "民政局")
    keys: dict[SortColumn, Callable[[Matter], Any]] = {
        SortColumn.NUMBER: lambda one: one.number.encode(),
        SortColumn.REGISTERED: lambda one: one.registered_on,
        SortColumn.DUE: lambda one: one.due_on,
        SortColumn.CATEGORY: lambda one: [each.value for each in Category].index(one.category),
        SortColumn.CHANNEL: lambda one: [each.value for each in Channel].index(one.channel),
        SortColumn.STAGE: lambda one: [each.value for each in Stage].index(one.stage),
        SortColumn.PLACE: lambda one: one.town if one.accepted else None,
        SortColumn.UNIT: lambda one: None if one.unit is None else names[one.unit].encode(),
    }
    key, seen = keys[sort], world.seen("bureau")
    valued = sorted((one for one in seen if key(one) is not None), key=lambda one: (key(one), one.id))
    empty = sorted((one for one in seen if key(one) is None), key=lambda one: one.id)
    expected = [*valued[::-1], *empty[::-1]] if descending else [*valued, *empty]
    assert found == [one.id for one in expected]


def test_a_row_says_what_is_stored_and_no_unsure_place(world: World) -> None:
    by_id = {one.id: one for one in world.matters}
    for row in _all_rows(world.desk("bureau"), RegisterQuestion()):
        one = by_id[row.id]
        assert (row.matter_no, row.category, row.channel, row.stage) == (
            one.number, one.category, one.channel, one.stage,
        )  # fmt: skip
        assert (row.due_on, row.settled_on) == (one.due_on, one.replied_on or one.closed_on)
        assert bool(row.place) == one.accepted
        is_open = _clock(one, world.today) in {"overdue", "due_soon", "running"}
        assert row.days_left == ((one.due_on - world.today).days if is_open and one.due_on else None)


def test_the_bureau_alone_is_told_how_many_accusations(world: World) -> None:
    since = world.today - timedelta(days=100)
    question = RegisterQuestion(since=since, category=Category.LAND)
    expected = sum(one.purpose == "accusation" and one.registered_on >= since for one in world.matters)
    everything = sum(one.purpose == "accusation" for one in world.matters)
    assert expected > 0
    assert world.desk("bureau").page(question).accusations == expected
    assert world.desk("bureau").page(RegisterQuestion()).accusations == everything
    assert [world.desk(name).page(question).accusations for name in READERS[1:]] == [None] * 4


def test_a_foreign_matter_is_as_unknown_as_none(world: World) -> None:
    accusation = next(one.id for one in world.matters if one.purpose == "accusation")
    for name in READERS:
        own = {one.id for one in world.seen(name)}
        foreign = next((one.id for one in world.matters if one.id not in own), accusation)
        for matter_id in (foreign, accusation, 10**12, 0, -1, 2**63, 10**30):
            with pytest.raises(Refused) as refused:
                world.desk(name).detail(matter_id)
            assert (refused.value.code, refused.value.facts) == ("matter_unknown", {})


def test_a_detail_says_all_of_its_own_matter_and_leaves_one_audit_row(world: World) -> None:
    for name in ("bureau", "town", "unit"):
        one = world.seen(name)[3]
        before = world.audited("matter.read")
        found = world.desk(name).detail(one.id)
        assert found.row.matter_no == one.number
        assert (found.replied_on, found.closed_on) == (one.replied_on, one.closed_on)
        assert len(found.path) == (4 if one.accepted else 0)
        assert bool(found.address) == (one.town is not None)
        assert found.recused == (() if name == "bureau" else None)
        principal = world.who[name]
        added = (principal.id, principal.role.value, {"matter": one.number})
        assert world.audited("matter.read") == [*before, added]


def test_a_list_leaves_one_audit_row_with_what_was_asked(world: World) -> None:
    before = len(world.audited("matters.list"))
    world.desk("unit").page(RegisterQuestion(category=Category.LAND, number="XF", page=2))
    (added,) = world.audited("matters.list")[before:]
    facts = {"filters": {"category": "land", "number": "XF"}, "page": 2, "count": 0}
    assert added == (world.who["unit"].id, "unit", facts)


def test_what_no_number_begins_with_is_not_kept_in_the_audit(world: World) -> None:
    """Somebody may look for a person by name or phone; neither belongs in a chain that nobody can mend."""
    for typed in ("张三", "13800138000", "110101199003070038"):
        world.desk("bureau").page(RegisterQuestion(number=typed))
        world.desk("bureau").export(RegisterQuestion(number=typed), _say)
    with world.root.connect() as connection:
        everything = json.dumps([row[0] for row in connection.execute(text("SELECT facts FROM audit"))])
    for typed in ("张三", "13800138000", "110101199003070038"):
        assert json.dumps(typed).strip('"') not in everything


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_literal(world: World, hostile: str) -> None:
    question = RegisterQuestion(number=hostile)
    expected = {one.id for one in world.seen("bureau") if one.number.startswith(hostile)}
    assert {row.id for row in world.desk("bureau").page(question).rows} == expected


def test_no_filter_makes_a_statement_of_its_own(world: World) -> None:
    def shape(number: str) -> str:
        return str(register.select_rows(RegisterQuestion(number=number), world.today))

    assert {shape(hostile) for hostile in HOSTILE} == {shape("XF")}
    assert {shape(each) for each in ("x", "y")} == {shape("XF")}


@pytest.mark.parametrize("number", ["a\0b", "a\nb", "\u3000", "\ud800", "x" * 65, "\u202e"])
def test_what_no_number_can_be_is_refused(number: str) -> None:
    with pytest.raises(Refused, match="number_unreadable"):
        RegisterQuestion(number=number)


@pytest.mark.parametrize("page", [0, -1, 10**7])
def test_a_page_that_cannot_be_is_refused(page: int) -> None:
    with pytest.raises(Refused, match="register_page_unknown"):
        RegisterQuestion(page=page)


def test_the_last_page_that_may_be_asked_is_answered(world: World) -> None:
    assert world.desk("bureau").page(RegisterQuestion(page=1_000_000)).rows == ()


def test_a_period_the_wrong_way_round_is_refused() -> None:
    with pytest.raises(Refused, match="period_reversed"):
        RegisterQuestion(since=date(2026, 2, 1), until=date(2026, 1, 1))


def _say(key: str, **facts: object) -> str:
    return say(key, Language.ZH, **facts)


def _sheet(content: bytes) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    (sheet,) = book.worksheets
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


@pytest.mark.parametrize("name", READERS)
def test_an_export_is_the_list_without_any_formula(world: World, name: str) -> None:
    question = RegisterQuestion(sort=SortColumn.NUMBER, descending=False)
    before = len(world.audited("matters.export"))
    _, *rows = _sheet(world.desk(name).export(question, _say))
    listed = [row.matter_no for row in _all_rows(world.desk(name), question)]
    assert [str(row[0]).removeprefix("'") for row in rows] == listed
    assert not [
        cell for row in rows for cell in row if isinstance(cell, str) and cell[:1] in "=+-@－" and cell
    ]
    (added,) = world.audited("matters.export")[before:]
    assert added == (world.who[name].id, world.who[name].role.value, {"filters": {}, "count": len(rows)})


def test_dangerous_numbers_and_units_are_in_the_export_as_text(world: World) -> None:
    cells = {cell for row in _sheet(world.desk("bureau").export(RegisterQuestion(), _say)) for cell in row}
    assert {"'=1+1", "'+86", "'@SUM(A1)", "'－2", "'=HYPERLINK(1)"} <= cells


def test_too_large_an_export_is_refused_by_name_and_not_audited(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    total = len(world.seen("bureau"))
    monkeypatch.setattr("data.registers.MOST_EXPORTED", total - 1)
    before = world.audited("matters.export")
    with pytest.raises(Refused) as refused:
        world.desk("bureau").export(RegisterQuestion(), _say)
    assert (refused.value.code, refused.value.facts) == (
        "export_too_large",
        {"count": total, "most": total - 1},
    )
    assert world.audited("matters.export") == before


def test_a_recusal_hides_a_matter_at_once_and_everywhere(world: World) -> None:
    accused, question = world.who["unit"], RegisterQuestion()
    one = next(each for each in world.seen("unit") if each.accepted)
    bureau, unit = world.desk("bureau"), world.desk("unit")
    before = unit.page(question)
    bureau.recuse(one.id, accused.label.upper())
    try:
        assert one.id not in {row.id for row in _all_rows(unit, question)}
        after = unit.page(question)
        assert (after.total, sum(after.by_clock.values())) == (before.total - 1, before.total - 1)
        with pytest.raises(Refused, match="matter_unknown"):
            unit.detail(one.id)
        assert one.number not in {row[0] for row in _sheet(unit.export(question, _say))}
        assert bureau.detail(one.id).recused == (accused.label,)
        assert bureau.page(question).total == len(world.seen("bureau"))
    finally:
        bureau.unrecuse(one.id, accused.label)
    assert unit.page(question) == before
    facts = {"petition": one.id, "matter": one.number, "login": accused.label}
    added = (world.who["bureau"].id, "bureau", facts)
    assert world.audited("recusal.add")[-1] == added
    assert world.audited("recusal.remove")[-1] == added


def test_nobody_decides_what_is_kept_from_themselves(world: World, sign_in: Callable[..., Principal]) -> None:
    accused = sign_in(world.root, Role.BUREAU)
    desk, one = PostgisStore(world.engine).matters(accused), world.seen("bureau")[0]
    for act in (desk.recuse, desk.unrecuse):
        with pytest.raises(Refused, match="recusal_own"):
            act(one.id, accused.label)
    world.desk("bureau").recuse(one.id, accused.label)
    try:
        for ask in (lambda: desk.unrecuse(one.id, accused.label), lambda: desk.detail(one.id)):
            with pytest.raises(Refused, match="matter_unknown"):
                ask()
    finally:
        world.desk("bureau").unrecuse(one.id, accused.label)
    assert desk.detail(one.id).recused == ()


@pytest.mark.parametrize("name", ["town", "county", "unit", "stranger"])
def test_none_but_the_bureau_may_recuse(world: World, name: str) -> None:
    before = world.audited("recusal.add")
    for matter_id in [one.id for one in world.seen(name)[:1]] + [10**12]:
        for act in (world.desk(name).recuse, world.desk(name).unrecuse):
            with pytest.raises(Refused) as refused:
                act(matter_id, world.who["unit"].label)
            assert refused.value.code == ("matter_unknown" if matter_id == 10**12 else "not_allowed")
    assert world.audited("recusal.add") == before


@pytest.mark.parametrize("login", ["nobody", "", "a\0b", "\ud800", "' OR '1'='1", "x" * 10_000])
def test_an_unknown_login_is_refused(world: World, login: str) -> None:
    with pytest.raises(Refused, match="recusal_login_unknown"):
        world.desk("bureau").recuse(world.seen("bureau")[0].id, login)


def test_an_account_that_reads_no_matters_need_not_be_recused(
    world: World, sign_in: Callable[..., Principal]
) -> None:
    planner = sign_in(world.root, Role.PLANNER)
    with pytest.raises(Refused, match="recusal_needless"):
        world.desk("bureau").recuse(world.seen("bureau")[0].id, planner.label)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.BUREAU, Role.TOWN, Role.UNIT, Role.WORKER}))
def test_roles_without_matters_are_refused_by_the_database(
    world: World, sign_in: Callable[..., Principal], role: Role
) -> None:
    desk = PostgisStore(world.engine).matters(sign_in(world.root, role))
    for ask in (
        lambda: desk.page(RegisterQuestion()),
        lambda: desk.detail(world.matters[0].id),
        lambda: desk.export(RegisterQuestion(), _say),
    ):
        with pytest.raises(Refused, match="not_allowed"):
            ask()


def test_a_worker_reads_a_patch_with_a_trace_and_knows_the_own_grids(
    world: World, sign_in: Callable[..., Principal]
) -> None:
    grids = [world.areas["grid"][index] for index in (4, 5, 12)]
    worker = sign_in(world.root, Role.WORKER, areas=grids)
    desk = PostgisStore(world.engine).patch(worker)

    def open_in(grid: int) -> set[str]:
        town = world.areas["grid"].index(grid) // 4
        if world.areas["grid"].index(grid) % 4:
            return set()
        return {
            one.number for one in world.seen("bureau")
            if one.accepted and one.town == town
            and _clock(one, world.today) in {"overdue", "due_soon", "running", "not_started"}
        }  # fmt: skip

    expected = sorted(((grid, len(open_in(grid))) for grid in grids), key=lambda pair: -pair[1])
    assert [(area.id, count) for area, count in desk.grids()] == expected
    assert expected[0][1] > expected[1][1] > expected[2][1] == 0
    before = world.audited("patch.read")
    found = {matter.matter_no for matter in desk.patch(grids[0]).matters}
    assert found == open_in(grids[0])
    added = (worker.id, "worker", {"grid": grids[0], "matters": len(found)})
    assert world.audited("patch.read") == [*before, added]
    with pytest.raises(Refused, match="area_unknown"):
        desk.patch(world.areas["grid"][0])


def test_a_worker_of_nothing_has_no_grids(world: World, sign_in: Callable[..., Principal]) -> None:
    assert PostgisStore(world.engine).patch(sign_in(world.root, Role.WORKER)).grids() == ()


def test_an_ended_session_reads_nothing_more(world: World, sign_in: Callable[..., Principal]) -> None:
    gone = sign_in(world.root, Role.BUREAU)
    desk = PostgisStore(world.engine).matters(gone)
    assert desk.page(RegisterQuestion()).total > 0
    with world.root.begin() as connection:
        connection.execute(
            text("UPDATE login_session SET closed_at = now() WHERE account_id ="
                 " (SELECT id FROM account WHERE public_id = :id)"), {"id": gone.id},
        )  # fmt: skip
    for ask in (lambda: desk.page(RegisterQuestion()), lambda: desk.export(RegisterQuestion(), _say)):
        with pytest.raises(Refused, match="not_allowed"):
            ask()
