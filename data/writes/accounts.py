"""Accounts, kiosks and the city's settings: made and changed by an administrator, each change audited."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from psycopg.errors import UniqueViolation
from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data import models
from data.access.delays import forget_failures
from data.access.passwords import check_password, hash_password
from data.access.tokens import token_hash
from data.faults import refusing
from data.reads import accounts, scopes
from data.sessions import act_for, note, reading
from data.writes.city import set_city
from grid.accounts import (
    SCOPE_LEVELS,
    AccountView,
    CitySettings,
    NewAccount,
    Scope,
    ScopePart,
    check_scope,
    read_login,
    read_network,
)
from grid.audits import Action
from grid.principals import Principal, Role
from grid.refusals import Refused

MOST_FOUND = 30
"""Areas or units that a search offers: more are told apart by another word."""


@dataclass(frozen=True, slots=True)
class _Found:
    """An account that is being changed."""

    id: int
    public_id: str
    login: str
    role: Role


class AccountBook:
    """``grid.ports.AccountsDesk`` over PostGIS.

    ``cities`` is where areas and units are looked up, for an owner: row level security hides units from it.
    """

    def __init__(self, engine: Engine, principal: Principal, cities: Engine | None = None) -> None:
        self._engine, self._principal = engine, principal
        self._cities = cities or engine

    def accounts(self) -> tuple[AccountView, ...]:
        """Return all accounts and kiosks by login."""
        with refusing(), reading(self._engine, self._principal) as session:
            rows, parts = accounts.rows(session), accounts.scope_ids(session)
        with refusing(), reading(self._cities, self._principal) as session:
            return accounts.views(session, rows, parts)

    def add(self, account: NewAccount, *, demo: bool = False) -> None:
        """Make an account."""
        login = read_login(account.login)
        check_scope(account.role, account.scope)
        values: dict[str, Any] = {"role": account.role.value}
        if account.password is not None:
            check_password(account.password, login)
            values["password_hash"] = hash_password(account.password)
        ids = self._ids_of(account.role, account.scope)
        facts = {"areas": account.scope.areas, "units": account.scope.units} if ids else {}
        with self._adding(login, values | ({"demo": True} if demo else {}), **facts) as (session, account_id):
            _insert_scope(session, account_id, ids)

    def set_scope(self, login: str, scope: Scope) -> None:
        """Replace an account's scope."""
        with self._changing(login, Action.ACCOUNT_SCOPE, areas=scope.areas, units=scope.units) as (
            session,
            found,
        ):
            self._replace_scope(session, found, found.role, scope)

    def set_role(self, login: str, role: Role, scope: Scope) -> None:
        """Give an account another role with its scope."""
        facts = {"role": role.value, "areas": scope.areas, "units": scope.units}
        with self._changing(login, Action.ACCOUNT_ROLE, **facts) as (session, found):
            self._replace_scope(session, found, role, scope)
            _set(session, found, role=role.value)

    def set_password(self, login: str, password: str) -> None:
        """Give an account a new password."""
        check_password(password, login)
        hashed = hash_password(password)
        with self._changing(login, Action.ACCOUNT_PASSWORD) as (session, found):
            _refuse_kiosk(found)
            _set(session, found, password_hash=hashed)
            forget_failures(session, found.login)
            _close_sessions(session, found)

    def set_disabled(self, login: str, disabled: bool) -> None:
        """Disable an account, which ends its sessions, or enable it."""
        action = Action.ACCOUNT_DISABLE if disabled else Action.ACCOUNT_ENABLE
        with self._changing(login, action) as (session, found):
            if found.role is Role.KIOSK and not disabled:
                raise Refused("kiosk_revoked", name=found.login)
            _set(session, found, disabled=disabled)
            if not disabled:
                forget_failures(session, found.login)
            # Also when it is enabled: no session from before may live on.
            _close_sessions(session, found)

    def end_sessions(self, login: str) -> None:
        """End an account's sessions."""
        with self._changing(login, Action.SESSIONS_END) as (session, found):
            _close_sessions(session, found)

    def add_kiosk(self, name: str, address: str, *, demo: bool = False) -> str:
        """Make a kiosk, or give one that was revoked a new link, and return its token."""
        login, network = read_login(name), read_network(address)
        token = secrets.token_urlsafe(32)
        opened = {"token_hash": token_hash(token), "bound_to": network}
        values = {"role": Role.KIOSK.value} | ({"demo": True} if demo else {})
        if self._is_revoked_kiosk(login):
            with self._changing(login, Action.KIOSK_ADD, bound_to=network) as (session, found):
                _set(session, found, disabled=False)
                session.execute(insert(models.LoginSession).values(account_id=found.id, **opened))
        else:
            with self._adding(login, values, bound_to=network) as (session, account_id):
                session.execute(insert(models.LoginSession).values(account_id=account_id, **opened))
        return token

    def revoke_kiosk(self, name: str) -> None:
        """End a kiosk's link; raises ``Refused('kiosk_unknown')``."""
        with self._changing(name, Action.KIOSK_REVOKE) as (session, found):
            if found.role is not Role.KIOSK:
                raise Refused("kiosk_unknown")
            _set(session, found, disabled=True)
            _close_sessions(session, found)

    def find_scope(self, role: Role, words: str) -> tuple[ScopePart, ...]:
        """Return what a role's scope may be made of, by words of its name or its code."""
        with refusing(), reading(self._cities, self._principal) as session:
            if role is Role.UNIT:
                return tuple(scopes.search_units(session, words, MOST_FOUND))
            levels = SCOPE_LEVELS.get(role, frozenset())
            return tuple(scopes.search_areas(session, words, levels, MOST_FOUND))

    def settings(self) -> CitySettings:
        """Return the city's settings."""
        with refusing(), reading(self._cities, self._principal) as session:
            rows = session.execute(select(models.CitySetting.key, models.CitySetting.value))
            values = {row.key: row.value for row in rows}
        return CitySettings(
            values.get("name", ""),
            values.get("source", ""),
            values.get("review_number", ""),
            values.get("internal", "true") == "true",
            values.get("office_line", ""),
        )

    def set_settings(self, settings: CitySettings) -> None:
        """Set all of the city's settings."""
        texts = {
            "name": settings.name,
            "source": settings.source,
            "review_number": settings.review_number,
            "office_line": settings.office_line,
        }
        values = {key: " ".join(text.split()) for key, text in texts.items()}
        with refusing():
            internal = "true" if settings.internal else "false"
            set_city(self._cities, self._principal, values | {"internal": internal})

    def _is_revoked_kiosk(self, login: str) -> bool:
        account = models.Account
        with refusing(), reading(self._engine, self._principal) as session:
            kiosk = select(account.id).where(
                account.login == login, account.role == Role.KIOSK.value, account.disabled
            )
            return session.execute(kiosk).one_or_none() is not None

    def _ids_of(self, role: Role, scope: Scope) -> list[dict[str, int | None]]:
        if not (scope.areas or scope.units):
            return []
        with refusing(), reading(self._cities, self._principal) as session:
            areas = scopes.find_areas(session, scope.areas, SCOPE_LEVELS.get(role, frozenset()))
            units = scopes.find_units(session, scope.units)
        made: list[dict[str, int | None]] = [{"area_id": area, "unit_id": None} for area in areas]
        return made + [{"area_id": None, "unit_id": unit} for unit in units]

    def _replace_scope(self, session: Session, found: _Found, role: Role, scope: Scope) -> None:
        _refuse_kiosk(found)
        check_scope(role, scope)
        ids = self._ids_of(role, scope)
        session.execute(delete(models.AccountScope).where(models.AccountScope.account_id == found.id))
        _insert_scope(session, found.id, ids)
        _close_sessions(session, found)

    @contextmanager
    def _adding(self, login: str, values: dict[str, Any], **facts: object) -> Iterator[tuple[Session, int]]:
        # The one place where the audit names a login: from here an auditor knows whose the id is.
        public_id = secrets.token_hex(8)
        facts |= {"id": public_id, "login": login, "role": values["role"]}
        with self._writing() as session:
            account_id = _insert_account(session, {"public_id": public_id, "login": login} | values)
            yield session, account_id
            is_kiosk = values["role"] == Role.KIOSK.value
            action = Action.KIOSK_ADD if is_kiosk else Action.ACCOUNT_ADD
            note(session, self._principal, action, "account", facts)

    @contextmanager
    def _changing(self, login: str, action: Action, **facts: object) -> Iterator[tuple[Session, _Found]]:
        with self._writing() as session:
            found = _find(session, login)
            if found.public_id == self._principal.id:
                raise Refused("account_own")
            found = _lock(session, found)
            if action in {Action.ACCOUNT_SCOPE, Action.ACCOUNT_ROLE}:
                facts |= self._before(session, found)
            yield session, found
            note(session, self._principal, action, "account", {"id": found.public_id, **facts})

    def _before(self, session: Session, found: _Found) -> dict[str, object]:
        """Return the role and scope of a locked account that a change takes away, for the audit."""
        scope = models.AccountScope
        ids = session.execute(select(scope.area_id, scope.unit_id).where(scope.account_id == found.id)).all()
        with refusing(), reading(self._cities, self._principal) as cities:
            areas = scopes.area_parts(cities, {row.area_id for row in ids if row.area_id})
            units = scopes.unit_parts(cities, {row.unit_id for row in ids if row.unit_id})
        return {
            "role_before": found.role.value,
            "areas_before": sorted({part.key for part in areas.values()}),
            "units_before": sorted(part.key for part in units.values()),
        }

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with refusing(), Session(self._engine) as session, session.begin():
            act_for(session, self._principal, timeout_ms=0)
            yield session


def _find(session: Session, login: str) -> _Found:
    account = models.Account
    row = session.execute(
        select(account.id, account.public_id, account.login, account.role).where(
            account.login == login.strip().lower()
        )
    ).one_or_none()
    if row is None:
        raise Refused("login_unknown")
    return _Found(row.id, row.public_id, row.login, Role(row.role))


def _lock(session: Session, found: _Found) -> _Found:
    """Let two changes of one account follow each other: at once, two scopes would add up."""
    role = select(models.Account.role).where(models.Account.id == found.id).with_for_update()
    return replace(found, role=Role(session.execute(role).scalar_one()))


def _insert_account(session: Session, values: dict[str, Any]) -> int:
    try:
        made = session.execute(insert(models.Account).values(**values).returning(models.Account.id))
        account_id: int = made.scalar_one()
    except IntegrityError as error:
        if isinstance(error.orig, UniqueViolation):
            raise Refused("login_taken") from None
        raise
    return account_id


def _insert_scope(session: Session, account_id: int, ids: list[dict[str, int | None]]) -> None:
    if ids:
        session.execute(insert(models.AccountScope), [{"account_id": account_id, **one} for one in ids])


def _set(session: Session, found: _Found, **values: object) -> None:
    session.execute(update(models.Account).where(models.Account.id == found.id).values(**values))


def _close_sessions(session: Session, found: _Found) -> None:
    opened = models.LoginSession
    session.execute(
        update(opened)
        .where(opened.account_id == found.id, opened.closed_at.is_(None))
        .values(closed_at=func.now())
        .execution_options(synchronize_session=False)
    )


def _refuse_kiosk(found: _Found) -> None:
    if found.role is Role.KIOSK:
        raise Refused("role_is_kiosk")
