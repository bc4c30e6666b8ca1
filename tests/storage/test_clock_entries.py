"""Extensions and hearings: entered by the bureau alone, within the law's limits, followed by the due day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from data.access import roles
from data.reads import city
from data.reads.clocks import clock_counts, clock_counts_by_unit
from data.sessions import reading
from data.store import PostgisStore
from data.writes import clocks
from grid.areas import Level
from grid.clocks.events import ClockEvent, EventKind
from grid.clocks.states import ClockState
from grid.principals import COMMAND_LINE, Principal, Role
from grid.refusals import Refused
from tests.storage.clocked_city import fill
from tests.storage.written_audit import audit_rows


@pytest.fixture
def today(engine: Engine) -> date:
    with Session(engine) as session:
        return city.today(session)


@pytest.fixture
def matter(engine: Engine, today: date) -> int:
    """One matter accepted fifty days ago; ten days are left of its sixty."""
    with engine.begin() as connection:
        fill(connection, 1, 1, until=today)
        connection.execute(text("DELETE FROM clock_event"))
        made = connection.execute(
            text(
                "UPDATE petition SET purpose = 'claim', track = 'ordinary', stage = 'handling',"
                " registered_on = :day, received_on = :day, forwarded_on = :day, unit_received_on = :day,"
                " accepted_on = :day, noticed_on = :day, replied_on = NULL, closed_on = NULL,"
                " resubmitted_on = NULL RETURNING id"
            ),
            {"day": today - timedelta(days=50)},
        ).scalar_one()
    clocks.recompute_if_stale(engine)
    return int(made)


@pytest.fixture
def store(engine: Engine, login_as: Callable[[Engine, str], Engine]) -> PostgisStore:
    return PostgisStore(login_as(engine, roles.SERVER))


@pytest.fixture
def bureau(engine: Engine, sign_in: Callable[..., Principal]) -> Principal:
    return sign_in(engine, Role.BUREAU)


def extension(on: date, days: int, approver: str = "局长", reason: str = "案情复杂") -> ClockEvent:
    return ClockEvent(EventKind.EXTENDED, on, days, approver, reason)


def due(engine: Engine, matter: int) -> date:
    clocks.recompute_if_stale(engine)
    with engine.connect() as connection:
        found: date = connection.execute(
            text("SELECT due_on FROM petition WHERE id = :id"), {"id": matter}
        ).scalar_one()
    return found


def test_an_extension_moves_the_due_day_and_never_by_more_than_thirty_days(
    engine: Engine, store: PostgisStore, bureau: Principal, matter: int, today: date
) -> None:
    desk = store.matters(bureau)
    desk.record_event(matter, extension(today - timedelta(days=1), 20))
    assert due(engine, matter) == today + timedelta(days=30)
    with pytest.raises(Refused) as caught:
        desk.record_event(matter, extension(today, 11))
    assert (caught.value.code, caught.value.facts["allowed"]) == ("clock_extension_long", 10)
    desk.record_event(matter, extension(today, 10))
    assert due(engine, matter) == today + timedelta(days=40)
    record = desk.detail(matter).clocks
    assert record is not None
    reply = next(one for one in record.clocks if one.clock == "reply")
    assert (reply.due_on, sum(one.counted for one in reply.extensions)) == (today + timedelta(days=40), 30)
    assert [row.action for row in audit_rows(engine) if row.action == "matter.extend"] == [
        "matter.extend"
    ] * 2


@pytest.mark.parametrize(
    ("back", "event", "code"),
    [
        (50, lambda today: extension(today + timedelta(days=1), 5), "clock_event_ahead"),
        (61, lambda today: extension(today, 5), "clock_extension_late"),
        (50, lambda today: ClockEvent(EventKind.PAUSED, today), "clock_pause_nothing"),
        (50, lambda today: ClockEvent(EventKind.RESUMED, today), "clock_resumed_unpaused"),
        (50, lambda today: extension(today, 31), "clock_extension_long"),
        (50, lambda today: ClockEvent(EventKind.REPLIED, today), "clock_event_not_entered"),
    ],
)
def test_what_the_law_forbids_is_refused_and_leaves_nothing(
    engine: Engine,
    store: PostgisStore,
    bureau: Principal,
    *,
    matter: int,
    today: date,
    back: int,
    event: Callable[[date], ClockEvent],
    code: str,
) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE petition SET accepted_on = :day"), {"day": today - timedelta(days=back)}
        )
    with pytest.raises(Refused, match=code):
        store.matters(bureau).record_event(matter, event(today))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM clock_event")).scalar_one() == 0


def test_the_same_entry_twice_is_one(
    store: PostgisStore, bureau: Principal, matter: int, today: date
) -> None:
    desk = store.matters(bureau)
    desk.record_event(matter, extension(today, 5))
    with pytest.raises(Refused, match="clock_event_twice"):
        desk.record_event(matter, extension(today, 5))


def test_a_hearing_of_a_review_holds_its_clock_day_by_day(
    engine: Engine, store: PostgisStore, bureau: Principal, matter: int, today: date
) -> None:
    """Eight days of a hearing so far: due eight days later than without, and held."""
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO clock_event (petition_id, kind, on_day, principal)"
                " VALUES (:id, 'review_applied', :day, 'x')"
            ),
            {"id": matter, "day": today - timedelta(days=20)},
        )
    desk = store.matters(bureau)
    desk.record_event(matter, ClockEvent(EventKind.PAUSED, today - timedelta(days=8)))
    with pytest.raises(Refused, match="clock_paused_already"):
        desk.record_event(matter, ClockEvent(EventKind.PAUSED, today))
    record = desk.detail(matter).clocks
    assert record is not None
    review = next(one for one in record.clocks if one.clock == "review")
    assert (review.due_on, review.state) == (today + timedelta(days=18), ClockState.PAUSED)
    clocks.recompute_if_stale(engine)
    with reading(engine, COMMAND_LINE) as session:
        assert clock_counts(session, today)[0].paused == 1
    desk.record_event(matter, ClockEvent(EventKind.RESUMED, today))
    clocks.recompute_if_stale(engine)
    with reading(engine, COMMAND_LINE) as session:
        assert clock_counts(session, today)[0].paused == 0


@pytest.mark.parametrize("role", [Role.TOWN, Role.UNIT, Role.LEADER, Role.ADMIN, Role.CLERK])
def test_nobody_but_the_bureau_enters(
    engine: Engine,
    store: PostgisStore,
    sign_in: Callable[..., Principal],
    *,
    matter: int,
    today: date,
    role: Role,
) -> None:
    with pytest.raises(Refused, match=r"not_allowed|matter_unknown"):
        store.matters(sign_in(engine, role)).record_event(matter, extension(today, 5))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM clock_event")).scalar_one() == 0


def test_a_recused_official_neither_sees_nor_enters(
    engine: Engine, store: PostgisStore, bureau: Principal, *, matter: int, today: date,
    sign_in: Callable[..., Principal],
) -> None:  # fmt: skip
    other = sign_in(engine, Role.BUREAU)
    store.matters(bureau).recuse(matter, other.label)
    with pytest.raises(Refused, match="matter_unknown"):
        store.matters(other).record_event(matter, extension(today, 5))


def test_counts_are_those_of_the_rows(engine: Engine, today: date) -> None:
    """Against a count in Python over open clocks, by county and for the whole city."""
    with engine.begin() as connection:
        fill(connection, 300, 9, until=today, since_days=120)
        connection.execute(text("INSERT INTO unit (name, kind) VALUES ('某局', 'department')"))
        connection.execute(
            text(
                "UPDATE petition SET unit_id = (SELECT min(id) FROM unit)"
                " WHERE id % 2 = 0 AND purpose = 'claim'"
            )
        )
    clocks.recompute_if_stale(engine)
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT o.*, p.county_id, p.unit_id FROM open_clock o"
                 " JOIN petition p ON p.id = o.petition_id WHERE NOT is_window")
        ).all()  # fmt: skip

    def wanted(key: str | None) -> dict[object, tuple[int, ...]]:
        sets: dict[object, list[set[int]]] = {}
        for row in rows:
            place = getattr(row, key) if key else None
            if key and place is None:
                continue
            found = sets.setdefault(place, [set() for _ in range(6)])
            left = (row.due_on - today).days
            runs = row.paused_since is None
            marks = (True, runs and left < 0, runs and 0 <= left <= 3, runs and 0 <= left <= 7, not runs,
                     row.provisional)  # fmt: skip
            for each, mark in zip(found, marks, strict=True):
                if mark:
                    each.add(row.petition_id)
        return {place: tuple(map(len, each)) for place, each in sets.items()}

    with reading(engine, COMMAND_LINE) as session:
        by_county = clock_counts(session, today, Level.COUNTY)
        city_wide = clock_counts(session, today)
        by_unit = clock_counts_by_unit(session, today)
    counts = lambda one: (one.open, one.overdue, one.due_in_3, one.due_in_7, one.paused, one.provisional)  # noqa: E731
    assert {one.area_id: counts(one) for one in by_county} == wanted("county_id")
    assert {None: counts(city_wide[0])} == wanted(None)
    assert {one.unit_id: counts(one) for one in by_unit} == wanted("unit_id")
    assert city_wide[0].overdue > 10


def test_a_city_without_clocks_has_no_counts(engine: Engine, today: date) -> None:
    with reading(engine, COMMAND_LINE) as session:
        assert clock_counts(session, today) == ()
        assert clock_counts(session, today, Level.TOWN) == ()
        assert clock_counts_by_unit(session, today) == ()
