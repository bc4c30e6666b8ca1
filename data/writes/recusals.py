"""回避: keeping a matter from an account, since it is about that cadre's own work."""

from __future__ import annotations

from contextlib import AbstractContextManager

from sqlalchemy import Engine, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from data import models
from data.faults import refusing
from data.sessions import reading, writing
from grid.audits import Action
from grid.principals import Principal
from grid.refusals import Refused


class RecusalBook:
    """Adds and removes recusals; ``cities`` is where matters are looked up, for an owner, who sees none."""

    def __init__(self, engine: Engine, principal: Principal, cities: Engine | None = None) -> None:
        self._engine, self._principal = engine, principal
        self._cities = cities or engine

    def add(self, matter_no: str, login: str) -> None:
        """Keep a matter from an account, from its next statement on.

        Raises ``Refused``: ``matter_unknown``, ``matter_ambiguous`` or ``login_unknown``.
        """
        matter = self._matter(matter_no)
        with refusing(), self._writing(Action.RECUSAL_ADD, matter, login) as session:
            row = {"petition_id": matter, "account_id": _account(session, login)}
            session.execute(insert(models.Recusal).values(row).on_conflict_do_nothing())

    def remove(self, matter_no: str, login: str) -> None:
        """Let an account see a matter again where its scope holds it; raises as ``add``."""
        matter, table = self._matter(matter_no), models.Recusal
        with refusing(), self._writing(Action.RECUSAL_REMOVE, matter, login) as session:
            session.execute(
                delete(table).where(table.petition_id == matter, table.account_id == _account(session, login))
            )

    def _writing(self, action: Action, matter: int, login: str) -> AbstractContextManager[Session]:
        facts = {"petition": matter, "login": login.strip().lower()}
        return writing(self._engine, self._principal, action, "recusal", changes_data=False, **facts)

    def _matter(self, matter_no: str) -> int:
        petition = models.Petition
        with refusing(), reading(self._cities, self._principal) as session:
            found = session.scalars(
                select(petition.id).where(petition.matter_no == matter_no.strip()).limit(2)
            ).all()
        if not found:
            raise Refused("matter_unknown")
        if len(found) > 1:
            raise Refused("matter_ambiguous")
        return found[0]


def _account(session: Session, login: str) -> int:
    found = session.scalar(select(models.Account.id).where(models.Account.login == login.strip().lower()))
    if found is None:
        raise Refused("login_unknown")
    return found
