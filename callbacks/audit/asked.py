"""What an address asks of the audit, trusting nothing in it; and the address of a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from grid.audits import Action, AuditQuestion
from grid.principals import Role
from grid.refusals import Refused

PAGE_PATH, EXPORT_PATH = "/audit", "/audit/export.xlsx"
Choice = TypeVar("Choice", bound=StrEnum)


def read_question(query: Mapping[str, object]) -> AuditQuestion:
    """Return the question of an address.

    Raises ``Refused``: ``audit_day_unreadable``, ``audit_filter_unknown``, ``audit_page_unknown``, or what
    ``AuditQuestion`` raises.
    """
    return AuditQuestion(
        since=_read_day(_text(query, "since")),
        until=_read_day(_text(query, "until")),
        action=_read_choice(Action, _text(query, "action")),
        principal=_text(query, "principal"),
        role=_read_choice(Role, _text(query, "role")),
        subject=_text(query, "subject"),
        thing=_text(query, "thing"),
        page=_read_page(_text(query, "page")),
    )


def address(question: AuditQuestion, path: str = PAGE_PATH, *, page: int = 1) -> str:
    """Return the address of a question, or of its export."""
    fields = {
        "since": question.since and question.since.isoformat(),
        "until": question.until and question.until.isoformat(),
        "action": question.action and question.action.value,
        "principal": question.principal,
        "role": question.role and question.role.value,
        "subject": question.subject,
        "thing": question.thing,
        "page": page if page > 1 else None,
    }
    named = urlencode({name: value for name, value in fields.items() if value})
    return f"{path}?{named}" if named else path


def is_filtered(question: AuditQuestion) -> bool:
    """Return whether a question leaves any row out."""
    return replace(question, page=1) != AuditQuestion()


def _text(query: Mapping[str, object], name: str) -> str:
    value = query.get(name)
    text = value.strip() if isinstance(value, str) else ""
    if not text.isprintable():
        raise Refused("audit_filter_unknown")
    return text


def _read_day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("audit_day_unreadable", text=text[:20]) from None


def _read_choice(choices: type[Choice], text: str) -> Choice | None:
    if not text:
        return None
    if text not in set(choices):
        raise Refused("audit_filter_unknown")
    return choices(text)


def _read_page(text: str) -> int:
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Refused("audit_page_unknown", page=text[:20])
    return int(text)
