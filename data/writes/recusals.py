"""回避: keeping a matter from an account, since it is about that cadre's own work.

The petition bureau does it in the register for a matter that it sees; the command line, whose owner sees no
matter, by its number.
"""

from __future__ import annotations

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from data import models
from data.faults import refusing
from data.reads import register
from data.reads.noting import noting
from data.sessions import reading
from grid.audits import Action
from grid.principals import Principal, Role
from grid.refusals import Refused

_SUBJECT = "recusal"
_READERS = frozenset({Role.BUREAU, Role.CLERK, Role.TOWN, Role.UNIT, Role.WORKER})
"""Roles that read matters one by one: from no other there is anything to keep."""


def recuse(engine: Engine, principal: Principal, matter_id: int, login: str) -> None:
    """Keep a matter from an account, from its next statement on.

    Raises ``Refused``: ``matter_unknown``, ``recusal_login_unknown``, ``recusal_own`` or
    ``recusal_needless``.
    """
    with noting(engine, principal, Action.RECUSAL_ADD, _SUBJECT) as (session, facts):
        facts.update(_facts(matter_id, _seen(session, matter_id), login))
        _keep(session, matter_id, login)


def unrecuse(engine: Engine, principal: Principal, matter_id: int, login: str) -> None:
    """Let an account see a matter again where its scope holds it; raises as ``recuse``.

    Whom a matter is kept from cannot lift that: they do not see the matter.
    """
    with noting(engine, principal, Action.RECUSAL_REMOVE, _SUBJECT) as (session, facts):
        facts.update(_facts(matter_id, _seen(session, matter_id), login))
        _lift(session, matter_id, login)


class RecusalBook:
    """The same by number, for the owner; ``cities`` is the importer's, by which matters are looked up."""

    def __init__(self, owner: Engine, principal: Principal, cities: Engine) -> None:
        self._owner, self._principal, self._cities = owner, principal, cities

    def add(self, matter_no: str, login: str) -> None:
        """Keep a matter from an account; raises as ``recuse``, or ``Refused('matter_ambiguous')``."""
        matter_id = self._find(matter_no)
        with refusing(), noting(self._owner, self._principal, Action.RECUSAL_ADD, _SUBJECT) as (at, facts):
            facts.update(_facts(matter_id, matter_no.strip(), login))
            _keep(at, matter_id, login)

    def remove(self, matter_no: str, login: str) -> None:
        """Let an account see a matter again; raises as ``add``."""
        matter_id = self._find(matter_no)
        with refusing(), noting(self._owner, self._principal, Action.RECUSAL_REMOVE, _SUBJECT) as (at, facts):
            facts.update(_facts(matter_id, matter_no.strip(), login))
            _lift(at, matter_id, login)

    def _find(self, matter_no: str) -> int:
        petition = models.Petition
        wanted = select(petition.id).where(petition.matter_no == matter_no.strip()).limit(2)
        with refusing(), reading(self._cities, self._principal) as session:
            found = session.scalars(wanted).all()
        if len(found) != 1:
            raise Refused("matter_ambiguous" if found else "matter_unknown")
        return found[0]


def _seen(session: Session, matter_id: int) -> str:
    # Read as the principal: a matter that is kept from its reader is unknown here too.
    return register.detail(session, matter_id, with_recusals=False).row.matter_no


def _facts(matter_id: int, matter_no: str, login: str) -> dict[str, object]:
    return {"petition": matter_id, "matter": matter_no, "login": login.strip().lower()}


def _keep(session: Session, matter_id: int, login: str) -> None:
    row = {"petition_id": matter_id, "account_id": _account(session, login)}
    session.execute(insert(models.Recusal).values(row).on_conflict_do_nothing())


def _lift(session: Session, matter_id: int, login: str) -> None:
    table, account_id = models.Recusal, _account(session, login)
    session.execute(delete(table).where(table.petition_id == matter_id, table.account_id == account_id))


def _account(session: Session, login: str) -> int:
    account, text = models.Account, login.strip().lower()
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
