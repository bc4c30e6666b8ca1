"""Supervision over PostGIS: who opens, takes and ends what, nothing twice, nothing to the recused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from data.access import roles
from data.reads import city as city_reads
from data.sessions import reading, writing
from data.supervision.book import procedure_book
from data.supervision_desk import SupervisionDesk
from data.writes.supervision_openings import Opener, open_automatic
from grid.audits import Action
from grid.principals import COMMAND_LINE, Principal, Role
from grid.refusals import Refused
from grid.supervision.procedures import ProcedureBook
from grid.supervision.register import EndAsked, NewCase, Standing, StepAsked, SupervisionQuestion
from tests.storage.mixed_city import SEALED, City, Matter, add_matters, sees

Desk = Callable[..., SupervisionDesk]
OPEN = Matter(801, grid=0, unit=0)
"""Seen by the bureau, the town and the unit of the mixed city."""
RECUSED = Matter(802, grid=0, unit=0, recused=("bureau", "unit"))
ACCUSED = Matter(803, purpose="accusation", grid=None, status=None, unit=None, pointed=False)
AGAIN = Matter(804, grid=4, unit=1, submissions=3)
OFTEN = Matter(805, grid=4, unit=1, submissions=9)
ONCE = Matter(806, grid=4, unit=1, submissions=2)
SETTLED = Matter(807, grid=4, unit=1, submissions=5, stage="closed")
NOBODYS = Matter(808, grid=4, unit=None, submissions=5)
EXTRA = (OPEN, RECUSED, ACCUSED, AGAIN, OFTEN, ONCE, SETTLED, NOBODYS)


@pytest.fixture
def city(mixed: Engine, mixed_city: City, login_as: Callable[[Engine, str], Engine]) -> Engine:
    """The mixed city with the matters above, and no case."""
    with login_as(mixed, "postgres").begin() as connection:
        connection.execute(text("UPDATE petition SET submissions = 1, evaluation = NULL, replied_on = NULL"))
        add_matters(connection, mixed_city, EXTRA)
        connection.execute(text("DELETE FROM supervision_case"))
    return mixed


@pytest.fixture
def server(city: Engine, login_as: Callable[[Engine, str], Engine]) -> Engine:
    """The city by the server's login."""
    return login_as(city, roles.SERVER)


@pytest.fixture
def desk(server: Engine, mixed_city: City) -> Desk:
    """Return a function that gives the desk of an account by its name."""
    return lambda name: SupervisionDesk(server, mixed_city.who[name], {})  # type: ignore[arg-type]


def number(matter: Matter) -> str:
    return f"{SEALED}-{matter.number}"


def about(matter: Matter, procedure: str = "urge") -> NewCase:
    return NewCase(procedure, matter_no=number(matter), reason="逾期未答复")


def all_rows(engine: Engine, sql: str) -> list[tuple[object, ...]]:
    with reading(engine, COMMAND_LINE) as session:
        return [tuple(row) for row in session.execute(text(sql))]


def audited(engine: Engine, login_as: Callable[[Engine, str], Engine], action: Action) -> int:
    with login_as(engine, "postgres").connect() as connection:
        counted = text("SELECT count(*) FROM audit WHERE action = :action")
        return int(connection.execute(counted, {"action": action.value}).scalar_one())


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def test_a_case_goes_from_the_bureau_to_the_unit_and_back(desk: Desk) -> None:
    bureau, unit = desk("bureau"), desk("unit")
    (case,) = bureau.open_case(about(OPEN))
    shown = unit.case(case)
    assert (shown.matter_no, shown.unit, shown.reason) == (number(OPEN), "市第0局", "逾期未答复")
    assert shown.state.next is not None
    assert shown.state.next.step.code == "reply_urged"
    assert shown.state.next.due_on == shown.state.case.opened_on + timedelta(days=15)
    unit.take_step(StepAsked(case, "reply_urged", 1, words="已答复"))
    after = bureau.case(case)
    assert after.state.next is not None
    assert after.state.next.step.code == "check_reply"
    assert after.state.missing == ("check_reply",)
    assert code_of(lambda: bureau.end_case(EndAsked(case, "办结"))) == "supervision_steps_missing"
    bureau.take_step(StepAsked(case, "check_reply", 1, words="属实"))
    bureau.end_case(EndAsked(case, "办结"))
    page = bureau.page(SupervisionQuestion(standing=Standing.ENDED))
    assert [(row.id, row.outcome, row.standing) for row in page.rows] == [(case, "办结", Standing.ENDED)]
    assert code_of(lambda: unit.take_step(StepAsked(case, "reply_urged", 2))) == "supervision_ended"


def test_a_second_click_changes_nothing_and_another_ones_is_refused(
    desk: Desk, city: Engine, login_as: Callable[[Engine, str], Engine]
) -> None:
    bureau, unit = desk("bureau"), desk("unit")
    (case,) = bureau.open_case(about(OPEN))
    assert code_of(lambda: bureau.open_case(about(OPEN))) == "supervision_open_already"
    asked = StepAsked(case, "reply_urged", 1, words="已答复")
    for _ in range(3):
        unit.take_step(asked)
    assert audited(city, login_as, Action.SUPERVISION_STEP) == 1
    assert code_of(lambda: unit.take_step(replace(asked, words="改口"))) == "supervision_step_taken"
    assert code_of(lambda: unit.take_step(replace(asked, turn=2))) == "supervision_step_waits"
    for _ in range(2):
        bureau.end_case(EndAsked(case, "误立", withdrawn=True))
    assert audited(city, login_as, Action.SUPERVISION_END) == 1
    assert code_of(lambda: bureau.end_case(EndAsked(case, "别的"))) == "supervision_ended"
    assert len(bureau.open_case(about(OPEN))) == 1


@pytest.mark.parametrize(
    ("matter", "code"),
    [(RECUSED, "matter_unknown"), (ACCUSED, "matter_unknown"), (NOBODYS, "supervision_no_unit")],
)
def test_what_the_bureau_may_not_see_it_cannot_open_a_case_on(desk: Desk, matter: Matter, code: str) -> None:
    assert code_of(lambda: desk("bureau").open_case(about(matter))) == code


@pytest.mark.parametrize(
    ("name", "new", "code"),
    [
        ("unit", about(OPEN), "supervision_not_yours"),
        ("town", about(OPEN), "supervision_not_yours"),
        ("leader", about(OPEN), "supervision_not_yours"),
        ("approver", NewCase("listed_matter", matter_no=number(OPEN), reason="x"), "supervision_not_yours"),
        ("bureau", NewCase("whistle", unit_id=1, reason="x"), "supervision_not_yours"),
        ("bureau", NewCase("urge", matter_no=number(OPEN)), "supervision_reason"),
        ("bureau", NewCase("urge", reason="x"), "matter_unknown"),
        ("bureau", NewCase("call_in", unit_id=2**40, reason="x"), "supervision_subject"),
        ("bureau", NewCase("call_in", reason="x"), "supervision_subject"),
        ("bureau", NewCase("reception", leader_id=2**40), "supervision_subject"),
        ("bureau", NewCase("nothing", reason="x"), "supervision_procedure_unknown"),
    ],
)
def test_who_opens_what_is_told_by_the_procedure(desk: Desk, name: str, new: NewCase, code: str) -> None:
    assert code_of(lambda: desk(name).open_case(new)) == code


def test_a_case_is_seen_by_whom_its_matter_is(desk: Desk, city: Engine, mixed_city: City) -> None:
    """A recused cadre sees neither the case nor what it counts, and no unit sees another's."""
    with writing(city, COMMAND_LINE, Action.SUPERVISION_OPEN, "supervision_case") as session:
        session.execute(text(
            "INSERT INTO supervision_case (procedure, version, petition_id, unit_id, opened_on, opened_by)"
            " SELECT 'urge', 1, id, unit_id, now(), 'somebody' FROM petition"
        ))  # fmt: skip
    everything = (*mixed_city.matters, *EXTRA)
    for name in ("bureau", "unit"):
        wanted = {number(one) for one in everything if sees(name, one)}
        page = desk(name).page(SupervisionQuestion())
        assert page.by_procedure["urge"].open == len(wanted)
        assert {row.matter_no for row in page.rows} <= wanted
    hidden = all_rows(city, "SELECT c.id FROM supervision_case c JOIN petition p ON p.id = petition_id"
                            f" WHERE p.matter_no = '{number(RECUSED)}'")  # fmt: skip
    for name in ("bureau", "unit", "town"):
        assert (
            code_of(lambda name=name: desk(name).case(int(str(hidden[0][0])))) == "supervision_case_unknown"
        )  # type: ignore[misc]
    assert desk("leader").case(int(str(hidden[0][0]))).matter_no == ""
    assert desk("town").page(SupervisionQuestion()).by_procedure == {}


def test_a_town_calls_a_department_and_alone_ends_its_call(desk: Desk, mixed_city: City) -> None:
    town, unit, county = desk("town"), desk("unit"), desk("county")
    (case,) = town.open_case(NewCase("whistle", unit_id=mixed_city.units[0], reason="路面塌陷"))
    assert (
        code_of(lambda: town.take_step(StepAsked(case, "arrive", 1, official="x"))) == "supervision_not_yours"
    )
    assert code_of(lambda: county.case(case)) == "supervision_case_unknown"
    unit.take_step(StepAsked(case, "arrive", 1, official="副局长"))
    unit.take_step(StepAsked(case, "department_reply", 1, words="已修"))
    town.take_step(StepAsked(case, "confirm_call", 1, words="属实"))
    for name in ("bureau", "unit", "leader"):
        assert code_of(lambda name=name: desk(name).end_case(EndAsked(case, "x"))) == "supervision_not_yours"  # type: ignore[misc]
    town.end_case(EndAsked(case, "已解决"))
    times = desk("bureau").whistles()
    assert [(one.step, one.n, one.waiting) for one in times.steps] == [
        ("arrive", 1, 0),
        ("department_reply", 1, 0),
    ]
    assert all(one.longest_hours is not None and 0 <= one.longest_hours < 1 for one in times.steps)
    area = NewCase(
        "whistle", unit_id=min(one.id for one in town.units() if not one.is_department), reason="x"
    )
    assert code_of(lambda: town.open_case(area)) == "supervision_subject"


def test_only_an_approver_signs(desk: Desk) -> None:
    (case,) = desk("bureau").open_case(about(OPEN, "listed_matter"))
    signing = StepAsked(case, "sign", 1, official="市委副书记")
    for name in ("bureau", "unit", "leader"):
        assert code_of(lambda name=name: desk(name).take_step(signing)) == "supervision_not_yours"  # type: ignore[misc]
    assert (
        code_of(lambda: desk("approver").take_step(replace(signing, official="")))
        == "supervision_needs_official"
    )
    assert (
        code_of(lambda: desk("unit").take_step(StepAsked(case, "measures", 1, words="x")))
        == "supervision_step_waits"
    )
    desk("approver").take_step(signing)
    desk("unit").take_step(StepAsked(case, "measures", 1, words="整改措施"))
    assert desk("approver").case(case).matter_no == ""


@pytest.mark.parametrize(
    ("name", "sql"),
    [
        *(
            (name, f"INSERT INTO supervision_step (case_id, step, done_on, principal)"
                   f" SELECT max(id), '{step}', now(), '{{id}}' FROM supervision_case")
            for name, step in (
                ("bureau", "sign"), ("unit", "sign"), ("leader", "sign_off"), ("unit", "check_reply"),
                ("approver", "reply_urged"), ("leader", "reply_urged"), ("bureau", "reply_urged"),
                ("town", "arrive"), ("unit", "confirm_call"),
            )
        ),
        ("unit", "INSERT INTO supervision_step (case_id, step, done_on, principal)"
                 " SELECT max(id), 'reply_urged', now(), 'somebody' FROM supervision_case"),
        ("unit", "INSERT INTO supervision_step (case_id, step, done_on, done_at, principal)"
                 " SELECT max(id), 'reply_urged', now(), '2020-01-01', '{id}' FROM supervision_case"),
        ("bureau", "INSERT INTO supervision_case (procedure, version, unit_id, opened_on, opened_by)"
                   " SELECT 'whistle', 1, max(id), now(), '{id}' FROM unit"),
        ("bureau", "UPDATE supervision_case SET opened_on = '2020-01-01'"),
    ],
)  # fmt: skip
def test_the_database_itself_gives_each_office_its_own_steps(
    desk: Desk, mixed_city: City, server: Engine, name: str, sql: str
) -> None:
    """Whatever a screen was talked into: a step's clock is not set back, nor another's step taken."""
    desk("bureau").open_case(about(OPEN))
    principal = mixed_city.who[name]
    with (
        pytest.raises(DBAPIError) as fault,
        writing(server, principal, Action.SUPERVISION_STEP, "x") as session,
    ):
        session.execute(text(sql.format(id=principal.id)))
    assert isinstance(fault.value.orig, psycopg.errors.InsufficientPrivilege)


def test_nothing_is_done_in_a_case_that_ended(desk: Desk, mixed_city: City, server: Engine) -> None:
    (case,) = desk("bureau").open_case(about(OPEN))
    desk("bureau").end_case(EndAsked(case, "误立", withdrawn=True))
    unit = mixed_city.who["unit"]
    taken = (
        "INSERT INTO supervision_step (case_id, step, done_on, principal)"
        " VALUES (:case, 'reply_urged', now(), :id)"
    )
    with pytest.raises(DBAPIError) as fault, writing(server, unit, Action.SUPERVISION_STEP, "x") as session:
        session.execute(text(taken), {"case": case, "id": unit.id})
    assert isinstance(fault.value.orig, psycopg.errors.InsufficientPrivilege)


# What opens by itself


def causes(engine: Engine) -> set[tuple[object, ...]]:
    return set(all_rows(engine,
        "SELECT p.matter_no, c.procedure, c.cause FROM supervision_case c"
        " JOIN petition p ON p.id = c.petition_id"
    ))  # fmt: skip


def test_what_is_submitted_again_and_again_opens_a_warning_once(city: Engine) -> None:
    assert open_automatic(city) == 2
    wanted = {
        (number(AGAIN), "warning", "resubmitted:2"),
        (number(OFTEN), "warning_head", "resubmitted:8"),
    }
    assert causes(city) == wanted
    assert open_automatic(city) == 0
    change(city, "UPDATE supervision_case SET ended_at = now(), outcome = 'x'")
    assert open_automatic(city) == 0, "a cause that was answered opens nothing again"
    change(city, f"UPDATE petition SET submissions = 4 WHERE matter_no = '{number(AGAIN)}'")
    assert open_automatic(city) == 1
    assert causes(city) == wanted | {(number(AGAIN), "warning_head", "resubmitted:3")}


def test_an_open_warning_stands_for_what_comes_after_it(city: Engine) -> None:
    open_automatic(city)
    change(city, f"UPDATE petition SET submissions = 12 WHERE matter_no = '{number(OFTEN)}'")
    assert open_automatic(city) == 0


def test_news_of_an_evaluation_opens_an_escalation_and_old_ones_do_not(city: Engine) -> None:
    on = today(city)
    change(city, "DELETE FROM supervision_case")
    change(city, "UPDATE petition SET submissions = 1")
    told = {
        "open": ("unsatisfied", on - timedelta(days=30)),
        "late": ("unsatisfied", on - timedelta(days=31)),
        "glad": ("satisfied", on),
    }
    matters = dict(zip(told, (OPEN, AGAIN, ONCE), strict=True))
    for name, (evaluation, day) in told.items():
        change(city, f"UPDATE petition SET evaluation = '{evaluation}', evaluated_on = '{day}'"
                     f" WHERE matter_no = '{number(matters[name])}'")  # fmt: skip
    change(city, f"UPDATE petition SET replied_on = '{on - timedelta(days=31)}', evaluation = NULL"
                 f" WHERE matter_no = '{number(OFTEN)}'")  # fmt: skip
    assert open_automatic(city) == 2
    assert causes(city) == {
        (number(OPEN), "unsatisfied", f"unsatisfied:{on - timedelta(days=30)}"),
        (number(OFTEN), "unevaluated", f"unevaluated:{on - timedelta(days=31)}"),
    }
    assert open_automatic(city) == 0


def test_a_source_that_tells_no_evaluations_opens_nothing_for_their_absence(city: Engine) -> None:
    change(city, f"UPDATE petition SET submissions = 1, replied_on = '{today(city) - timedelta(days=40)}'")
    assert open_automatic(city) == 0


def test_the_worker_looks_again_only_after_a_change(
    city: Engine, login_as: Callable[[Engine, str], Engine]
) -> None:
    opener = Opener()
    for _ in range(3):
        opener.open_when_due(city)
    assert audited(city, login_as, Action.SUPERVISION_OPEN) == 1
    assert len(causes(city)) == 2


# Reception


def test_leaders_are_enrolled_once_and_receive_as_often_as_they_like(desk: Desk, city: Engine) -> None:
    bureau = desk("bureau")
    made = bureau.open_case(NewCase("reception", all_leaders=True))
    assert len(made) == 2
    assert (
        code_of(lambda: bureau.open_case(NewCase("reception", all_leaders=True)))
        == "supervision_open_already"
    )
    on = today(city)
    first = on.replace(day=1)
    change(city, f"UPDATE supervision_case SET opened_on = '{first}', opened_at = '{first}'")
    roster = bureau.roster(first)
    assert [(row.leader_post, row.owed, row.kept) for row in roster.rows] == [
        ("副市长0", 1, 0),
        ("副市长1", 1, 0),
    ]
    bureau.take_step(StepAsked(made[0], "receive", 1, official="副市长0", day=first))
    desk("leader").take_step(StepAsked(made[0], "receive", 2, official="副市长0", day=on))
    row = bureau.roster(first).rows[0]
    assert (row.held, row.kept, row.overdue) == ((first, on), 1, 0)
    tomorrow = StepAsked(made[1], "receive", 1, official="x", day=on + timedelta(days=1))
    assert code_of(lambda: bureau.take_step(tomorrow)) == "supervision_day"
    for name in ("unit", "town"):
        assert desk(name).roster(first).rows == ()
        assert desk(name).leaders() == ()


def test_an_unknown_procedure_is_left_out(desk: Desk, city: Engine, mixed_city: City) -> None:
    change(city, "INSERT INTO supervision_case (procedure, version, unit_id, opened_on, opened_by)"
                 f" VALUES ('urge', 99, {mixed_city.units[0]}, now(), 'later')")  # fmt: skip
    assert desk("bureau").page(SupervisionQuestion()).by_procedure == {}
    assert ProcedureBook(procedure_book().procedures).current == procedure_book().current


def change(engine: Engine, sql: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(sql))


def today(engine: Engine) -> date:
    with reading(engine, Principal("test", Role.ADMIN)) as session:
        return city_reads.today(session)
