"""The auditor's desk: reading leaves a trace where it vouches for the chain or rows leave the house."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from openpyxl import Workbook
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from data.access.chain import verify_chain
from data.export.sheets import guard_text
from data.faults import refusing
from data.reads import audit
from data.sessions import act_for, note, reading
from grid.audit_words import Teller
from grid.audits import Action, AuditPage, AuditQuestion, AuditRow, ChainState, Head
from grid.principals import Principal
from grid.refusals import Refused

MOST_EXPORTED = 100_000
_COLUMNS = ("number", "at", "principal", "role", "action", "subject", "facts")


class AuditBook:
    """``grid.ports.AuditDesk`` over PostGIS."""

    def __init__(self, engine: Engine, principal: Principal) -> None:
        self._engine, self._principal = engine, principal

    def page(self, question: AuditQuestion) -> AuditPage:
        """Return a page of rows, newest first."""
        with refusing(), reading(self._engine, self._principal) as session:
            return audit.page(session, question)

    def verify(self, noted: Head | None = None) -> ChainState:
        """Verify the whole chain and write down that and how it was found."""
        with self._noting() as session:
            state = verify_chain(session, noted)
            facts = {"head": state.head.number, "rows": state.checked, "faults": state.faults_total}
            note(session, self._principal, Action.AUDIT_VERIFY, "audit", facts)
        return state

    def export(self, question: AuditQuestion, say: Callable[..., str]) -> bytes:
        """Return a workbook of all rows of a question, and write down that it was made."""
        with self._noting() as session:
            rows = audit.rows(session, question, limit=MOST_EXPORTED + 1)
            if len(rows) > MOST_EXPORTED:
                raise Refused("audit_export_too_large", most=MOST_EXPORTED)
            teller = Teller(say, audit.logins(session, rows))
            facts = {"rows": len(rows), **_asked(question)}
            note(session, self._principal, Action.AUDIT_EXPORT, "audit", facts)
        return _workbook(rows, teller)

    @contextmanager
    def _noting(self) -> Iterator[Session]:
        with refusing(), Session(self._engine) as session, session.begin():
            act_for(session, self._principal, timeout_ms=0)
            yield session


def _asked(question: AuditQuestion) -> dict[str, object]:
    """Return what an export was filtered by."""
    asked = {
        "since": question.since and question.since.isoformat(),
        "until": question.until and question.until.isoformat(),
        "filtered_action": question.action and question.action.value,
        "filtered_principal": question.principal,
        "filtered_role": question.role and question.role.value,
        "filtered_subject": question.subject,
        "filtered_thing": question.thing,
    }
    return {name: value for name, value in asked.items() if value}


def _workbook(rows: Iterable[AuditRow], teller: Teller) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(teller.say("audit.sheet"))
    sheet.append([teller.say(f"audit.column.{column}") for column in _COLUMNS])
    for row in rows:
        facts = teller.say("audit.fact_separator").join(teller.facts(row))
        texts = (teller.principal(row), teller.role(row), teller.action(row), teller.subject(row), facts)
        sheet.append([row.number, f"{row.at:%Y-%m-%d %H:%M:%S}", *map(guard_text, texts)])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
