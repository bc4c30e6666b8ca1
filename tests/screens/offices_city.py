"""Fake desks of the auditor and the administrator, which remember what they were asked and can refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from grid.accounts import AccountView, CitySettings, NewAccount, Scope, ScopePart
from grid.audits import AuditPage, AuditQuestion, AuditRow, ChainState, Head, Verification
from grid.principals import Role
from grid.refusals import Refused

AT = datetime(2026, 11, 20, 9, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
HEAD = Head(1204, "ab" * 32)
WHOLE = ChainState(1204, HEAD, (), 0)
ROWS = (
    AuditRow(1204, AT, "auditor-1", "auditor", "audit.verify", "audit", {"rows": 1203, "faults": 0}),
    AuditRow(1203, AT, "a1b2", "bureau", "matter.read", "petition", {"matter": "XF-1"}),
    AuditRow(1202, AT, "gone", "retired-role", "old_action", "old-thing", {"odd_fact": ["x", True]}),
)


@dataclass
class FakeAuditDesk:
    """``grid.ports.AuditDesk``."""

    rows: tuple[AuditRow, ...] = ROWS
    total: int = len(ROWS)
    verified: Verification | None = None
    state: ChainState = WHOLE
    refusal: Refused | None = None
    asked: list[Any] = field(default_factory=list)

    def _note(self, asked: object) -> None:
        self.asked.append(asked)
        if self.refusal is not None:
            raise self.refusal

    def page(self, question: AuditQuestion) -> AuditPage:
        self._note(question)
        return AuditPage(self.rows, self.total, {"a1b2": "bureau-1"}, HEAD, self.verified)

    def verify(self, noted: Head | None = None) -> ChainState:
        self._note(noted)
        return self.state

    def export(self, question: AuditQuestion, say: Callable[..., str]) -> bytes:
        self._note(question)
        return say("audit.sheet").encode()


def account(login: str, role: Role, **more: Any) -> AccountView:
    view = AccountView(
        f"id-of-{login}", login, role, (), disabled=False, demo=False, live_sessions=0,
        created_at=datetime(2026, 1, 2, tzinfo=UTC), seen_at=None, bound_to=None,
    )  # fmt: skip
    return replace(view, **more)


GRID = ScopePart("990101001001001", "云岭县东山街道东1村第1网格")
ACCOUNTS = (
    replace(account("admin-name", Role.ADMIN), public_id="admin-1"),
    account(
        "worker-1", Role.WORKER, scope=(GRID,), live_sessions=2, seen_at=datetime(2026, 11, 20, 1, tzinfo=UTC)
    ),
    account("gone-1", Role.LEADER, disabled=True),
    account("hall-1", Role.KIOSK, bound_to="10.1.2.3"),
)


@dataclass
class FakeAccountsDesk:
    """``grid.ports.AccountsDesk``."""

    views: tuple[AccountView, ...] = ACCOUNTS
    refusal: Refused | None = None
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def _note(self, *asked: Any) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.asked.append(asked)

    def accounts(self) -> tuple[AccountView, ...]:
        return self.views

    def add(self, account: NewAccount) -> None:
        self._note("add", account)

    def set_scope(self, login: str, scope: Scope) -> None:
        self._note("set_scope", login, scope)

    def set_role(self, login: str, role: Role, scope: Scope) -> None:
        self._note("set_role", login, role, scope)

    def set_password(self, login: str, password: str) -> None:
        self._note("set_password", login, password)

    def set_disabled(self, login: str, disabled: bool) -> None:
        self._note("set_disabled", login, disabled)

    def end_sessions(self, login: str) -> None:
        self._note("end_sessions", login)

    def add_kiosk(self, name: str, address: str) -> str:
        self._note("add_kiosk", name, address)
        return "token-of-the-new-kiosk"

    def revoke_kiosk(self, name: str) -> None:
        self._note("revoke_kiosk", name)

    def find_scope(self, role: Role, words: str) -> tuple[ScopePart, ...]:
        self._note("find_scope", role, words)
        return (GRID,)

    def settings(self) -> CitySettings:
        return CitySettings("枫溪市", "虚构", "", True)

    def set_settings(self, settings: CitySettings) -> None:
        self._note("set_settings", settings)
