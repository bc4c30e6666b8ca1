"""Readings of the audit: a page of rows, sign-in names of the ids in it, the last verification."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Numeric, Row, Select, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session

from data import models
from data.access.chain import NOBODY, read_chain_head
from data.reads.city import CITY_ZONE
from grid.audits import ROWS_A_PAGE, Action, AuditPage, AuditQuestion, AuditRow, Verification

_ANY_FACT = "$.** ? (@ == $text || @ == $number && $number != null)"
_ZONE = ZoneInfo(CITY_ZONE)
_ADDED = (Action.ACCOUNT_ADD.value, Action.KIOSK_ADD.value)
"""Only these rows tell a sign-in name; all others the opaque id."""
_LAST_DAY = date.max - timedelta(days=1)
"""A day that has one after it."""


def page(session: Session, question: AuditQuestion) -> AuditPage:
    """Return the rows of a page, newest first."""
    conditions = _conditions(question)
    found = rows(session, question, limit=ROWS_A_PAGE, skipped=(question.page - 1) * ROWS_A_PAGE)
    total = session.execute(select(func.count()).select_from(models.Audit).where(*conditions)).scalar_one()
    return AuditPage(
        rows=found,
        total=total,
        logins=logins(session, found),
        head=read_chain_head(session) or NOBODY,
        verified=_last_verification(session),
    )


def rows(session: Session, question: AuditQuestion, *, limit: int, skipped: int = 0) -> tuple[AuditRow, ...]:
    """Return rows of a question, newest first, whatever page it asks for."""
    audit = models.Audit
    statement: Select[Any] = (
        select(audit.number, audit.at, audit.principal, audit.role, audit.action, audit.subject, audit.facts)
        .where(*_conditions(question))
        .order_by(audit.number.desc())
        .limit(limit)
        .offset(skipped)
    )
    return tuple(map(_row, session.execute(statement)))


def logins(session: Session, found: Sequence[AuditRow]) -> dict[str, str]:
    """Return the sign-in names of the ids that rows hold, as the audit of their making tells them."""
    ids = {row.principal for row in found} | {str(row.facts["id"]) for row in found if "id" in row.facts}
    facts = models.Audit.facts
    named = select(facts["id"].astext, facts["login"].astext).where(
        models.Audit.action.in_(_ADDED), facts["id"].astext.in_(ids)
    )
    return {public_id: login for public_id, login in session.execute(named) if login}


def _conditions(question: AuditQuestion) -> list[ColumnElement[bool]]:
    audit = models.Audit
    return [
        *([audit.at >= _midnight(question.since)] if question.since else []),
        *(
            [audit.at < _midnight(min(question.until, _LAST_DAY) + timedelta(days=1))]
            if question.until
            else []
        ),
        *([audit.action == question.action.value] if question.action else []),
        *([audit.role == question.role.value] if question.role else []),
        *([_is_by(question.principal)] if question.principal else []),
        *([audit.subject == question.subject] if question.subject else []),
        *([_is_about(question.thing)] if question.thing else []),
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), _ZONE)


def _is_by(principal: str) -> ColumnElement[bool]:
    """By an opaque id, or by whoever was given a sign-in name."""
    audit = models.Audit.__table__.alias("named")
    ids = select(audit.c.facts["id"].astext).where(
        audit.c.action.in_(_ADDED), audit.c.facts["login"].astext == principal.lower()
    )
    return or_(models.Audit.principal == principal, models.Audit.principal.in_(ids))


def _is_about(thing: str) -> ColumnElement[bool]:
    """One of its facts, wherever among them it stands: never a part of a word."""
    number = int(thing) if thing.isascii() and thing.isdigit() else None
    sought = func.jsonb_build_object("text", thing, "number", cast(number, Numeric))
    return func.jsonb_path_exists(models.Audit.facts, cast(_ANY_FACT, JSONPATH), sought)


def _row(row: Row[Any]) -> AuditRow:
    return AuditRow(
        number=row.number,
        at=row.at.astimezone(_ZONE),
        principal=row.principal,
        role=row.role,
        action=row.action,
        subject=row.subject,
        facts=row.facts,
    )


def _last_verification(session: Session) -> Verification | None:
    last = rows(session, AuditQuestion(action=Action.AUDIT_VERIFY), limit=1)
    return Verification(last[0].at, *(_count(last[0], name) for name in ("head", "faults"))) if last else None


def _count(row: AuditRow, name: str) -> int:
    value = row.facts.get(name)
    return value if isinstance(value, int) else 0
