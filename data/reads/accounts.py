"""Accounts as an administrator sees them: their sessions, and their scopes by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from data import models
from data.reads import scopes
from grid.accounts import AccountView, ScopePart
from grid.principals import Role


def rows(session: Session) -> Sequence[Row[Any]]:
    """Return all accounts and kiosks by login."""
    return session.execute(_select_accounts()).all()


def scope_ids(session: Session) -> Sequence[Row[int, int | None, int | None]]:
    """Return which areas and units the accounts answer for."""
    scope = models.AccountScope
    return session.execute(select(scope.account_id, scope.area_id, scope.unit_id)).all()


def views(
    session: Session, found: Sequence[Row[Any]], parts: Sequence[Row[int, int | None, int | None]]
) -> tuple[AccountView, ...]:
    """Return accounts with the names of their scopes, looked up where areas and units may be read."""
    areas = scopes.area_parts(session, {part.area_id for part in parts if part.area_id})
    units = scopes.unit_parts(session, {part.unit_id for part in parts if part.unit_id})
    named: dict[int, list[ScopePart]] = {}
    for part in parts:
        one = areas.get(part.area_id) if part.area_id else units.get(part.unit_id)
        named.setdefault(part.account_id, []).extend([one] if one else [])
    return tuple(_view(row, named.get(row.id, [])) for row in found)


def _select_accounts() -> Select[Any]:
    account, opened = models.Account, models.LoginSession
    is_live = opened.closed_at.is_(None) & (opened.expires_at.is_(None) | (opened.expires_at > func.now()))
    sessions = (
        select(
            opened.account_id,
            func.count().filter(is_live).label("live"),
            func.max(opened.seen_at).label("seen_at"),
            func.max(opened.bound_to).filter(is_live).label("bound_to"),
        )
        .group_by(opened.account_id)
        .subquery()
    )
    return (
        select(
            account.id, account.public_id, account.login, account.role, account.disabled, account.demo,
            account.created_at, func.coalesce(sessions.c.live, 0).label("live"), sessions.c.seen_at,
            sessions.c.bound_to,
        )
        .outerjoin(sessions, sessions.c.account_id == account.id)
        .order_by(account.login)
    )  # fmt: skip


def _view(row: Any, scope: list[ScopePart]) -> AccountView:
    return AccountView(
        public_id=row.public_id,
        login=row.login,
        role=Role(row.role),
        # An area and the former one that it follows are one part: see `data.writes.replacing`.
        scope=tuple(
            {part.key: part for part in sorted(scope, key=lambda part: (part.key, part.name))}.values()
        ),
        disabled=row.disabled,
        demo=row.demo,
        live_sessions=0 if row.disabled else row.live,
        created_at=row.created_at,
        seen_at=row.seen_at,
        bound_to=row.bound_to,
    )
