"""The auditor's desk over PostGIS: filters, names, an audited export and verification, and who has none."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook
from sqlalchemy import Engine, text

from data import cluster
from data.access import roles
from data.audits import AuditBook
from data.cli import make_cli
from data.reads.city import today
from data.sessions import reading, writing
from data.store import PostgisStore
from grid.audits import Action, AuditQuestion, FaultKind, Head
from grid.principals import COMMAND_LINE, PLANNER, Principal, Role
from grid.refusals import Refused
from layers.words import say

Login = Callable[[Engine, str], Engine]


def write(engine: Engine, action: Action, subject: str, principal: Principal = COMMAND_LINE, **facts: object):
    with writing(engine, principal, action, subject, changes_data=False, **facts):
        pass


@pytest.fixture
def auditor(engine: Engine, sign_in: Callable[..., Principal]) -> Principal:
    return sign_in(engine, Role.AUDITOR)


@pytest.fixture
def book(engine: Engine, auditor: Principal, login_as: Login) -> AuditBook:
    write(engine, Action.ACCOUNT_ADD, "account", id=auditor.id, login="shenji-01", role="auditor")
    write(engine, Action.CITY_SET, "city", keys=["name"])
    write(engine, Action.PLAN_SAVE, "coverage_plan", PLANNER, name="=1+1", saved={"id": 7, "version": 2})
    write(engine, Action.MATTER_READ, "petition", matter="XF-2026-0042")
    return PostgisStore(login_as(engine, roles.SERVER)).audit(auditor)


def numbers(book: AuditBook, **asked: object) -> list[int]:
    return [row.number for row in book.page(AuditQuestion(**asked)).rows]  # type: ignore[arg-type]


def test_rows_come_newest_first_with_their_total(book):
    page = book.page(AuditQuestion())
    assert [row.number for row in page.rows] == [4, 3, 2, 1]
    assert (page.total, page.head.number, page.verified) == (4, 4, None)
    assert book.page(AuditQuestion(page=2)).rows == ()
    assert str(page.rows[0].at.tzinfo) == "Asia/Shanghai"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"action": Action.PLAN_SAVE}, [3]),
        ({"role": Role.PLANNER}, [3]),
        ({"principal": "command-line"}, [4, 2, 1]),
        ({"subject": "city"}, [2]),
        ({"thing": "XF-2026-0042"}, [4]),
        ({"thing": "XF-2026"}, []),
        ({"thing": "7"}, [3]),
        ({"thing": "name"}, [2]),
        ({"thing": "' OR 1=1 --"}, []),
        ({"thing": '"} || true'}, []),
        ({"subject": "%"}, []),
        ({"principal": "%"}, []),
        ({"thing": "9" * 90}, []),
    ],
)
def test_each_filter_leaves_out_what_it_should_and_is_literal(book, asked, found):
    assert numbers(book, **asked) == found


def test_days_are_the_citys_and_both_included(book, engine):
    with reading(engine, COMMAND_LINE) as session:
        day = today(session)
    assert len(numbers(book, since=day, until=day)) == 4
    assert numbers(book, since=day + timedelta(days=1)) == []
    assert numbers(book, until=day - timedelta(days=1)) == []


def test_a_sign_in_name_stands_beside_its_id_and_finds_its_rows(book, auditor):
    book.verify()
    page = book.page(AuditQuestion(principal="Shenji-01"))
    assert [row.action for row in page.rows] == ["audit.verify"]
    assert page.logins == {auditor.id: "shenji-01"}


def test_verifying_is_audited_and_told_to_the_next_reader(book, auditor):
    state = book.verify()
    assert (state.checked, state.faults) == (4, ())
    page = book.page(AuditQuestion())
    assert (page.verified.number, page.verified.faults) == (4, 0)
    assert (page.rows[0].action, page.rows[0].principal) == ("audit.verify", auditor.id)
    assert [fault.kind for fault in book.verify(Head(3, "0" * 64)).faults] == [FaultKind.NOTED_CHANGED]
    assert book.page(AuditQuestion()).verified.faults == 1


def test_an_export_holds_the_filtered_rows_in_words_and_is_audited(book):
    content = book.export(AuditQuestion(action=Action.PLAN_SAVE), say)
    rows = list(load_workbook(io.BytesIO(content)).active.values)
    assert rows[0][:3] == ("序号", "时间", "账号")
    assert len(rows) == 2
    assert rows[1][0] == 3
    assert rows[1][4] == "保存包案草案"
    assert "名称：=1+1" in rows[1][6]
    last = book.page(AuditQuestion()).rows[0]
    assert (last.action, last.facts) == ("audit.export", {"rows": 1, "filtered_action": "plan.save"})


def test_no_cell_of_an_export_becomes_a_formula(book, engine):
    write(engine, Action.CITY_SET, "=cmd|' /C calc'!A0", Principal("+evil", Role.ADMIN))
    rows = list(load_workbook(io.BytesIO(book.export(AuditQuestion(), say))).active.values)
    assert rows[1][2] == "'+evil"
    assert rows[1][5].startswith("'=cmd")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.AUDITOR}))
def test_nobody_else_reads_verifies_or_exports(book, engine, login_as, sign_in, role):
    other = PostgisStore(login_as(engine, roles.SERVER)).audit(sign_in(engine, Role(role)))
    for ask in (
        lambda: other.page(AuditQuestion()),
        other.verify,
        lambda: other.export(AuditQuestion(), say),
    ):
        with pytest.raises(Refused, match="not_allowed"):
            ask()
    assert len(numbers(book)) == 4


def test_an_ended_session_reads_nothing(book, engine, login_as):
    with login_as(engine, cluster.OWNER).begin() as connection:
        connection.execute(text("UPDATE login_session SET closed_at = now()"))
    assert book.page(AuditQuestion()).rows == ()
    with pytest.raises(Refused, match="not_allowed"):
        book.export(AuditQuestion(), say)


@pytest.fixture
def fengtu(engine: Engine, login_as: Login) -> Callable[..., Result]:
    url = login_as(engine, cluster.OWNER).url.render_as_string(hide_password=False)
    return lambda *words: CliRunner().invoke(make_cli(say), list(words), env={"DATABASE_URL": url})


def test_the_command_tells_a_whole_chain_and_its_head(engine, fengtu):
    write(engine, Action.CITY_SET, "city", keys=["name", "source"])
    result = fengtu("audit", "verify")
    assert result.exit_code == 0, result.output
    head = result.output.split("当前链头：")[1].split("（")[0]
    assert fengtu("audit", "verify", "--head", head).exit_code == 0
    listed = fengtu("audit", "list", "--action", "city.set").output
    assert "修改城市设置" in listed
    assert "修改项：城市名称、数据来源" in listed


def test_the_command_names_a_changed_row_and_ends_with_one(engine, fengtu, login_as):
    for _ in range(3):
        write(engine, Action.CITY_SET, "city")
    with login_as(engine, "postgres").begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("UPDATE audit SET principal = 'x' WHERE number = 2"))
    result = fengtu("audit", "verify")
    assert result.exit_code == 1
    assert "第 2 条被改动" in result.output


def test_the_command_refuses_a_head_it_cannot_read(fengtu):
    result = fengtu("audit", "verify", "--head", "12:abc")
    assert (result.exit_code, "链头读不懂" in result.output) == (2, True)


def test_an_export_of_the_city_is_audited_with_its_counts_before_its_files_stand(
    demo_copy: Engine, login_as: Login, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    url = login_as(demo_copy, cluster.OWNER).url.render_as_string(hide_password=False)

    def fail(*_: object, **__: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr("data.commands.demo.write_bundle", fail)
    CliRunner().invoke(make_cli(say), ["export", str(tmp_path)], env={"DATABASE_URL": url})
    with login_as(demo_copy, cluster.OWNER).connect() as connection:
        row = connection.execute(text("SELECT * FROM audit WHERE action = 'city.export'")).one()
    assert (row.principal, row.facts["accusations"]) == ("command-line", False)
    assert row.facts["petitions"] > 1000
