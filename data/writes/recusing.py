"""回避 from the register: the petition bureau keeps a matter that it sees from an account."""

from __future__ import annotations

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from data import models
from data.reads import register
from data.reads.noting import noting
from grid.audits import Action
from grid.principals import Principal, Role
from grid.refusals import Refused

_READERS = frozenset({Role.BUREAU, Role.TOWN, Role.UNIT, Role.WORKER})
"""Roles that read matters one by one: from no other there is anything to keep."""


def recuse(engine: Engine, principal: Principal, matter_id: int, login: str) -> None:
    """Keep a matter from an account, from its next statement on.

    Raises ``Refused``: ``matter_unknown``, ``recusal_login_unknown``, ``recusal_own`` or
    ``recusal_needless``.
    """
    with noting(engine, principal, Action.RECUSAL_ADD, "recusal") as (session, facts):
        facts.update(_who(session, matter_id, login))
        account = _account(session, facts["login"])
        row = {"petition_id": matter_id, "account_id": account}
        session.execute(insert(models.Recusal).values(row).on_conflict_do_nothing())


def unrecuse(engine: Engine, principal: Principal, matter_id: int, login: str) -> None:
    """Let an account see a matter again where its scope holds it; raises as ``recuse``.

    Whom a matter is kept from cannot lift that: they do not see the matter.
    """
    table = models.Recusal
    with noting(engine, principal, Action.RECUSAL_REMOVE, "recusal") as (session, facts):
        facts.update(_who(session, matter_id, login))
        account = _account(session, facts["login"])
        session.execute(delete(table).where(table.petition_id == matter_id, table.account_id == account))


def _who(session: Session, matter_id: int, login: str) -> dict[str, object]:
    # Read as the principal: a matter that is kept from its reader is unknown here too.
    matter_no = register.detail(session, matter_id, with_recusals=False).row.matter_no
    return {"petition": matter_id, "matter": matter_no, "login": login.strip().lower()}


def _account(session: Session, login: object) -> int:
    account = models.Account
    text = str(login)
    found = None
    if text.isprintable():
        own = account.id == func.access.my_account()
        statement = select(account.id, account.role, own.label("own")).where(account.login == text)
        found = session.execute(statement).one_or_none()
    if found is None:
        raise Refused("recusal_login_unknown")
    if found.own:
        # The database refuses it too: nobody decides what is kept from themselves.
        raise Refused("recusal_own")
    if Role(found.role) not in _READERS:
        raise Refused("recusal_needless")
    account_id: int = found.id
    return account_id
