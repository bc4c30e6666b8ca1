"""The audit page with a fake desk: rows in words, filters in the address, a chain's faults by number."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.audit.asked import EXPORT_PATH, address, read_question
from callbacks.audit.layout import page
from callbacks.audit.wiring import verify
from callbacks.shell import make_shell
from callbacks.tools import Tools
from grid.audits import Action, AuditQuestion, ChainFault, ChainState, FaultKind, Verification
from grid.principals import Principal, Role
from grid.refusals import Refused
from layers.words import Language
from tests.screens.access_city import FakeGate, come_as, someone
from tests.screens.offices_city import AT, HEAD, FakeAuditDesk

ZH = Language.ZH


@dataclass
class FakeStore:
    desk: FakeAuditDesk

    def audit(self, principal: Principal) -> FakeAuditDesk:
        return self.desk

    def wall(self, principal: Principal) -> Any:
        raise Refused("database_down")

    def gate(self) -> FakeGate:
        return FakeGate()


@pytest.fixture
def desk() -> FakeAuditDesk:
    return FakeAuditDesk()


def shown(desk: FakeAuditDesk, **query: object) -> str:
    tools = Tools(store=FakeStore(desk), principal=lambda: someone(Role.AUDITOR))  # type: ignore[arg-type]
    return json.dumps(
        page(tools, query).to_plotly_json(), default=lambda one: one.to_plotly_json(), ensure_ascii=False
    )


def test_rows_are_told_in_words_with_whose_they_are(desk):
    body = shown(desk)
    for words in (
        "核验审计链",
        "查看信访件详情",
        "bureau-1 (a1b2)",
        "信访局",
        "事项编号",
        "2026-11-20 09:05:00",
    ):
        assert words in body
    for code in ('"audit.verify"', '"petition"', '"bureau"', "{'", '["x"'):
        assert f'children": {code}' not in body


def test_a_row_of_a_former_release_is_told_as_it_was_written(desk):
    body = shown(desk)
    for written in ("old_action", "old-thing", "retired-role", "odd_fact", "x、是"):
        assert written in body


def test_the_filters_of_an_address_reach_the_desk_and_stay_in_the_form(desk):
    body = shown(
        desk, since="2026-11-01", until="2026-11-20", action="matter.read", principal=" bureau-1 ",
        role="bureau", subject="petition", thing="XF-1", page="3",
    )  # fmt: skip
    assert desk.asked == [
        AuditQuestion(
            date(2026, 11, 1),
            date(2026, 11, 20),
            Action.MATTER_READ,
            "bureau-1",
            Role.BUREAU,
            "petition",
            "XF-1",
            3,
        )
    ]
    assert '"value": "XF-1"' in body
    assert "since=2026-11-01" in body.split(EXPORT_PATH)[1][:200]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"since": "昨天"}, "日期“昨天”读不懂"),
        ({"since": "2026-02-30"}, "读不懂"),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "晚于"),
        ({"action": "drop.table"}, "没有的选项"),
        ({"role": "root"}, "没有的选项"),
        ({"page": "0"}, "没有第 0 页"),
        ({"page": "²"}, "没有第"),
        ({"page": "99999999999999999999"}, "没有第"),
        ({"thing": "x" * 101}, "过长"),
        ({"thing": "a\u202eb"}, "没有的选项"),
    ],
)
def test_an_address_that_cannot_be_read_is_said_and_asks_for_nothing_else(desk, query, words):
    assert words in shown(desk, **query)
    assert desk.asked == [AuditQuestion()]


@given(
    st.dictionaries(
        st.sampled_from(["since", "until", "action", "principal", "role", "subject", "thing", "page", "x"]),
        st.one_of(st.text(max_size=150), st.none(), st.integers(), st.lists(st.text())),
    )
)
def test_any_query_is_a_question_or_refused(query):
    try:
        question = read_question(query)
    except Refused:
        return
    again = {
        name: values[0]
        for name, values in parse_qs(urlsplit(address(question, page=question.page)).query).items()
    }
    assert read_question(again) == question


def test_pages_lead_to_each_other_with_the_filters(desk):
    desk.total = 120
    body = shown(desk, action="matter.read", page="2")
    assert "第 2 页，共 3 页" in body
    assert "/audit?action=matter.read&page=3" in body
    assert '"/audit?action=matter.read"' in body
    desk.total = 3
    assert "页，共" not in shown(desk)


def test_nothing_found_says_what_to_do(desk):
    desk.rows, desk.total = (), 0
    assert "放宽日期范围" in shown(desk, action="matter.read")
    assert "还没有审计记录" in shown(desk)


@pytest.mark.parametrize(
    ("verified", "words"),
    [
        (None, "还没有在本页核验过"),
        (Verification(AT, 1200, 0), "审计链完整：2026-11-20 09:05 核验到第 1200 条"),
        (Verification(AT, 1200, 2), "发现 2 处问题"),
    ],
)
def test_the_chains_state_stands_above_the_rows(desk, verified, words):
    desk.verified = verified
    body = shown(desk)
    assert words in body
    assert str(HEAD) in body


def said(desk: FakeAuditDesk, noted: object = "") -> str:
    return json.dumps(verify(desk, noted, ZH), default=lambda one: one.to_plotly_json(), ensure_ascii=False)


def test_verifying_tells_every_kind_of_fault_by_its_rows(desk):
    faults = tuple(ChainFault(kind, 40 + number, 50 + number) for number, kind in enumerate(FaultKind))
    desk.state = ChainState(1204, HEAD, faults, 31)
    body = said(desk)
    assert "审计链不完整" in body
    assert all(f"第 {40 + number} " in body for number in range(len(faults)))
    assert f"另有 {31 - len(faults)} 处问题未列出" in body
    assert "保留现场" in body


def test_verifying_a_whole_chain_says_how_far(desk):
    assert "审计链完整：已核验 1204 条" in said(desk)
    assert desk.asked == [None]


@pytest.mark.parametrize("noted", ["12", "12:xyz", "x" * 5000])
def test_a_head_that_cannot_be_read_is_said_and_verifies_nothing(desk, noted):
    assert "链头读不懂" in said(desk, noted)
    assert desk.asked == []


@pytest.mark.parametrize("noted", [None, 7, ["1:ab"], {"a": 1}, "   "])
def test_no_head_verifies_the_chain_alone(desk, noted):
    said(desk, noted)
    assert desk.asked == [None]


def test_a_noted_head_reaches_the_desk(desk):
    said(desk, f" {HEAD.number}：{HEAD.digest.upper()} ")
    assert desk.asked == [HEAD]


@pytest.mark.parametrize("code", ["database_down", "not_allowed"])
def test_a_refusal_takes_the_place_of_what_it_kept(desk, code):
    desk.refusal = Refused(code)
    assert "message-alert" in shown(desk)
    assert "message-alert" in said(desk)


@pytest.mark.parametrize("role", Role)
def test_only_the_auditor_opens_page_and_export(desk, role):
    client = come_as(make_shell(Tools(store=FakeStore(desk))).server.test_client(), role)  # type: ignore[arg-type]
    status = 200 if role is Role.AUDITOR else 404
    assert client.get(EXPORT_PATH, query_string={"thing": "XF-1"}).status_code == status
    assert client.get("/audit").status_code == status
    assert desk.asked == ([AuditQuestion(thing="XF-1")] if role is Role.AUDITOR else [])


@pytest.mark.parametrize(("code", "status"), [("database_down", 503), ("audit_export_too_large", 400)])
def test_an_export_that_fails_says_why(desk, code, status):
    desk.refusal = Refused(code, most=5)
    client = come_as(make_shell(Tools(store=FakeStore(desk))).server.test_client(), Role.AUDITOR)  # type: ignore[arg-type]
    answer = client.get(EXPORT_PATH)
    assert answer.status_code == status
    assert len(answer.text) > 5
    assert client.get(f"{EXPORT_PATH}?since=x").status_code == 400
