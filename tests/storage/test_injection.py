"""Whatever is typed into a filter, a sort or an identifier is a literal or refused, and never new SQL."""

from __future__ import annotations

import dataclasses
import itertools
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date

import pytest
from sqlalchemy import Engine, event

from data.access import roles
from data.store import PostgisStore
from grid.areas import Level
from grid.audits import AuditQuestion
from grid.listings import Quarter
from grid.matters import Category
from grid.principals import Role
from grid.published import WallQuestion, Window
from grid.questions import MatterQuestion
from grid.refusals import Refused
from grid.register import RegisterQuestion, SortColumn
from tests.storage.desk_reads import say
from tests.storage.mixed_city import TODAY, City

_KERNELS = (
    "' OR '1'='1", "' OR 1=1 --", '" OR ""="', "'; DROP TABLE petition; --", "'); DELETE FROM audit; --",
    "\\'; --",
    "' UNION SELECT login, password_hash FROM account --", "1; SELECT pg_sleep(9)", "' || pg_sleep(9) || '",
    "' || set_config('role', 'fengtu_bureau', true) || '", "' || current_setting('fengtu.token') || '",
    "$$; RESET ROLE; $$", "$1", "%s", "%(number)s", ":number", "%%", "%", "_", "\\", "\\x00", "\x00",
    "E'\\047'",
    "/* */", "--", "#", ";", "'", '"', "`", "´", "＇ OR ＇1＇＝＇1", "\u02bc", "\ufeff'", "\u202e'", "\ud800",
    "NULL", "null", "true", "{}", "[]", "(SELECT 1)", "CAST(1 AS text)", "1e309", "NaN", "Infinity", "-1",
    "0x10",
    "９９", "٣", "🙂", "a" * 64, "a" * 100, "%" * 60, "\n", "\r\n", "\t", " ", "",
)  # fmt: skip
_WRAPS: tuple[Callable[[str], str], ...] = (
    lambda kernel: kernel,
    lambda kernel: f"封存{kernel}",
    lambda kernel: f"{kernel}'--",
    lambda kernel: kernel.replace(" ", "/**/"),
    lambda kernel: f"%27{kernel}",
    lambda kernel: kernel.upper()[::-1],
    lambda kernel: f"({kernel})",
)
TEXTS = tuple(dict.fromkeys(wrap(kernel) for wrap, kernel in itertools.product(_WRAPS, _KERNELS)))[:220]
_EDGES = (
    -1,
    0,
    1,
    7,
    2**31 - 1,
    2**31,
    2**32,
    2**53,
    2**63 - 1,
    2**63,
    2**64,
    -(2**63),
    -(2**63) - 1,
    10**30,
)
NUMBERS = tuple(dict.fromkeys((*_EDGES, *map(random.Random(5).randrange, [2**66] * 200))))
DAYS = (date.min, date.max, date(1, 1, 2), date(9999, 12, 30), date(1582, 10, 10), TODAY)
YEAR = MatterQuestion(TODAY.replace(day=1), TODAY)
WALL = WallQuestion(Window.M3)


@pytest.fixture(scope="module")
def server(new_database: Callable[..., Engine], mixed_city: City, login_as: Callable[..., Engine]) -> Engine:
    return login_as(new_database(mixed_city.database), roles.SERVER)


@contextmanager
def shapes_of(engine: Engine) -> Iterator[set[str]]:
    """Collect the shapes of statements: their text with parameters numbered alike."""
    shapes: set[str] = set()

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        alike = re.sub(r"(%\(\w+?)(?:_\d+)+(\))", r"\1\2", statement)
        alike = re.sub(r"IN \((?:%\(param\)s::VARCHAR(?:, )?)+\)", "IN (...)", alike)
        # The driver says of each number how large it is.
        shapes.add(re.sub(r"::(INTEGER|BIGINT|NUMERIC)", "::NUMBER", alike))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield shapes
    finally:
        event.remove(engine, "before_cursor_execute", note)


_WORDS = tuple(" ".join("东" * count) for count in range(1, 30))
"""Words are looked for one by one: as many conditions as words, and no more than a name has."""
Ask = Callable[[PostgisStore, City, object], object]
BY_TEXT: dict[str, tuple[Ask, tuple[str, ...]]] = {
    "register: number": (
        lambda store, city, word: store.matters(city.who["bureau"]).page(RegisterQuestion(number=word)),
        ("", "封存ZX91-1", "nothing"),
    ),
    "register: number, exported": (
        lambda store, city, word: store.matters(city.who["unit"]).export(RegisterQuestion(number=word), say),
        ("", "封存ZX91-1", "nothing"),
    ),
    "recusal: login": (
        lambda store, city, word: store.matters(city.who["bureau"]).unrecuse(1, word),
        ("nobody",),
    ),
    "audit: principal": (
        lambda store, city, word: store.audit(city.who["auditor"]).page(AuditQuestion(principal=word)),
        ("", "command-line", "nobody"),
    ),
    "audit: subject": (
        lambda store, city, word: store.audit(city.who["auditor"]).page(AuditQuestion(subject=word)),
        ("", "import_batch", "nothing"),
    ),
    "audit: any fact": (
        lambda store, city, word: store.audit(city.who["auditor"]).page(AuditQuestion(thing=word)),
        ("", "boundaries", "nothing"),
    ),
    "accounts: scope by words": (
        lambda store, city, word: store.accounts(city.who["admin"]).find_scope(Role.TOWN, word),
        ("", "990101001", *_WORDS),
    ),
    "accounts: units by words": (
        lambda store, city, word: store.accounts(city.who["admin"]).find_scope(Role.UNIT, word),
        ("", *_WORDS),
    ),
    "accounts: login": (
        lambda store, city, word: store.accounts(city.who["admin"]).end_sessions(word),
        ("nobody",),
    ),
    "gate: token": (lambda store, city, word: store.gate().who(word, "127.0.0.1"), ("0" * 43,)),
    "gate: address": (lambda store, city, word: store.gate().who("0" * 43, word), ("127.0.0.1",)),
    "gate: sign-out": (lambda store, city, word: store.gate().sign_out(word), ("0" * 43,)),
    "quarter": (
        lambda store, city, word: store.wall(city.who["leader"]).listings(Quarter.parse(word)),
        ("2026Q1",),
    ),
}
BY_NUMBER: dict[str, tuple[Ask, tuple[int, ...]]] = {
    "matter": (lambda store, city, n: store.matters(city.who["bureau"]).detail(n), (1, 5, 10**6)),
    "grid": (lambda store, city, n: store.patch(city.who["worker"]).patch(n), (16, 22, 10**6)),
    "area's card": (lambda store, city, n: store.cards(city.who["leader"]).area_card(n, YEAR),
                    (1, 2, 3, 4, 8, 16, 10**6)),
    "leader's card": (lambda store, city, n: store.cards(city.who["leader"]).leader_card(n, TODAY),
                      (1, 2, 99)),
    "within": (lambda store, city, n: store.cards(city.who["leader"]).trend(
                   dataclasses.replace(YEAR, within=n)),
               (1, 2, 3, 4, 8, 16, 10**6)),
    "plan": (lambda store, city, n: store.plan(city.who["planner"]).plan_book(n), (1, 2, 99)),
    "edition": (lambda store, city, n: store.wall(city.who["kiosk"]).shapes(Level.TOWN, n), (1, 2, 99)),
    "job": (lambda store, city, n: store.imports(city.who["clerk"]).job(n), (1, 2, 99)),
    "batch": (lambda store, city, n: store.imports(city.who["clerk"]).report(n), (1, 2, 99)),
    "batch's outcome": (lambda store, city, n: store.imports(city.who["clerk"]).outcome(n, say), (1, 2, 99)),
    "register: page": (lambda store, city, n: store.matters(city.who["town"]).page(RegisterQuestion(page=n)),
                       (1, 2)),
    "audit: page": (lambda store, city, n: store.audit(city.who["auditor"]).page(AuditQuestion(page=n)),
                    (1, 2)),
}  # fmt: skip


def ask(question: Ask, store: PostgisStore, city: City, given: object) -> str:
    try:
        question(store, city, given)
    except Refused as refused:
        return refused.code
    return "answered"


def test_there_are_two_hundred_payloads() -> None:
    assert len(TEXTS) >= 200
    assert len(NUMBERS) >= 200


@pytest.mark.parametrize("name", BY_TEXT)
def test_a_text_is_a_literal_or_refused(server: Engine, mixed_city: City, name: str) -> None:
    question, ordinary = BY_TEXT[name]
    store = PostgisStore(server)
    with shapes_of(server) as known:
        for word in ordinary:
            ask(question, store, mixed_city, word)
    assert known
    with shapes_of(server) as met:
        said = {ask(question, store, mixed_city, word) for word in TEXTS}
    assert met <= known
    assert said


@pytest.mark.parametrize("name", BY_NUMBER)
def test_an_identifier_is_a_literal_or_refused(server: Engine, mixed_city: City, name: str) -> None:
    question, ordinary = BY_NUMBER[name]
    with shapes_of(server) as known:
        for number in ordinary:
            ask(question, PostgisStore(server), mixed_city, number)
    with shapes_of(server) as met:
        said = {ask(question, PostgisStore(server), mixed_city, number) for number in NUMBERS}
    assert met <= known
    assert "database_down" not in said


@pytest.mark.parametrize("sort", SortColumn)
def test_no_order_opens_a_filter(server: Engine, mixed_city: City, sort: SortColumn) -> None:
    desk = PostgisStore(server).matters(mixed_city.who["unit"])
    for word in TEXTS[:40]:
        try:
            page = desk.page(RegisterQuestion(number=word, sort=sort, descending=False))
        except Refused:
            continue
        assert all(row.matter_no.startswith(word) for row in page.rows), word


def test_a_word_where_an_enum_belongs_is_a_literal(server: Engine, mixed_city: City) -> None:
    """Screens turn words into members of enums; one that forgot would still write no SQL."""
    desk = PostgisStore(server).cards(mixed_city.who["leader"])
    with shapes_of(server) as known:
        desk.trend(dataclasses.replace(YEAR, category=Category.LABOUR))
    with shapes_of(server) as met:
        for word in TEXTS:
            if "\x00" in word or "\ud800" in word:
                continue
            months = desk.trend(dataclasses.replace(YEAR, category=word))  # type: ignore[arg-type]
            assert not sum(month.count for month in months), word
    assert met == known


@pytest.mark.parametrize("day", DAYS)
def test_any_day_is_a_literal_or_refused(server: Engine, mixed_city: City, day: date) -> None:
    store = PostgisStore(server)
    for question in (
        lambda: store.cards(mixed_city.who["leader"]).leader_card(1, day),
        lambda: store.wall(mixed_city.who["kiosk"]).coverage(day),
        lambda: store.matters(mixed_city.who["bureau"]).page(RegisterQuestion(since=day, until=day)),
        lambda: store.audit(mixed_city.who["auditor"]).page(AuditQuestion(since=day, until=day)),
    ):
        # Any other error rises.
        with suppress(Refused):
            question()
