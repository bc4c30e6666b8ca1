"""The gate: who is signed in, and how one comes in and goes, over the server's login.

That login may read no table: all is done by the functions of ``data/access/gate_functions.py``. A token is
256 random bits; the database keeps its SHA-256.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from data.access.delays import Failures, read_address
from data.access.passwords import VerificationQueue, check_password, hash_password, is_outdated, is_password
from data.access.startup import refuse_unsafe
from data.access.tokens import token_hash
from data.faults import refusing
from data.sessions import act_for
from grid.accounts import is_login
from grid.audits import Action
from grid.principals import Principal, Role, Ticket
from grid.questions import DataVersion
from grid.refusals import Refused

UNKNOWN = "unknown"
"""The principal and role, in the audit, of who gave a name that is no account's: the name itself may be a
password typed into the wrong field."""
_TOKEN = re.compile(r"[\x21-\x7e]{16,200}", re.ASCII)
_TIMEOUT_MS = 10_000
_WHO = text("SELECT public_id, role, login FROM access.who(:token_hash, :address)")
_PULSE = text("SELECT number, changed_at FROM access.data_version()")
_CREDENTIALS = text("SELECT public_id, role, password_hash FROM access.credentials(:login)")
_OPEN = text("SELECT access.open_session(:public_id, :token_hash)")
_CLOSE = text("SELECT public_id, role FROM access.close_session(:token_hash)")
_CLOSE_ALL = text("SELECT access.close_sessions(:public_id)")
_REPLACE = text("SELECT access.replace_password(:public_id, :old_hash, :new_hash)")


@dataclass(frozen=True, slots=True)
class _Account:
    """What the gate knows of a login; without a hash nobody comes in by password."""

    login: str
    principal: str = UNKNOWN
    role: str = UNKNOWN
    password_hash: str | None = None


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One try to come in: whose name, from where, what failures weigh on it, and how it is done."""

    login: str
    address: str | None
    means: str

    @property
    def failures(self) -> Failures:
        """The failures of the name and the address."""
        return Failures(self.login, self.address)

    @property
    def facts(self) -> dict[str, object]:
        """What the audit keeps of it."""
        return {"address": self.address, "by": self.means}


class PostgisGate:
    """``grid.ports.Gate`` over PostGIS; one for a process, since it holds the queue of verifications."""

    def __init__(self, engine: Engine, queue: VerificationQueue | None = None) -> None:
        self._engine = engine
        self._queue = queue or VerificationQueue()
        self._is_safe = False

    def who(self, token: str, address: str) -> Principal | None:
        """Return the principal of a live session, none for any other token or a foreign address."""
        if not _TOKEN.fullmatch(token):
            return None
        values = {"token_hash": token_hash(token), "address": read_address(address)}
        with self._session() as session:
            row = session.execute(_WHO, values).one_or_none()
        return None if row is None else Principal(row.public_id, Role(row.role), token, row.login)

    def sign_in(self, login: str, password: str, address: str) -> Ticket:
        """Return a new session for an account's name and password."""
        attempt = _Attempt(_lowered(login.strip()), read_address(address), "password")
        account, new_hash = self._verify(attempt, password)
        with self._session() as session:
            attempt.failures.clear(session)
            if new_hash is not None:
                self._replace(session, account, new_hash)
            return _open(session, account, attempt, Action.SESSION_OPEN)

    def sign_in_asserted(self, login: str, address: str) -> Ticket:
        """Return a new session for an account that a trusted identity provider named."""
        # Not stripped: a provider's names are compared, not typed.
        attempt = _Attempt(_lowered(login), read_address(address), "provider")
        with self._session() as session:
            account = _account(session, attempt.login)
            if account.principal != UNKNOWN:
                ticket = _try_open(session, account, attempt, Action.SESSION_OPEN)
                if ticket is not None:
                    return ticket
            _note(session, account, Action.SESSION_REFUSE, attempt.facts)
        raise Refused("sign_in_failed")

    def enter_kiosk(self, token: str, address: str) -> Principal | None:
        """Return the kiosk that a link opens at an address; a wrong one is audited too."""
        principal, here = self.who(token, address), read_address(address)
        facts = {"address": here, "by": "kiosk"}
        with self._session() as session:
            if principal is not None and principal.role is Role.KIOSK:
                kiosk = _Account(principal.label, principal.id, principal.role.value)
                _note(session, kiosk, Action.SESSION_OPEN, facts)
                return principal
            self._refuse_kiosk(session, here, facts)
        return None

    def change_password(self, token: str, old: str, new: str, address: str) -> Ticket:
        """Set a new password, end the account's sessions and return a new one."""
        principal = self.who(token, address)
        if principal is None or principal.role is Role.KIOSK:
            raise Refused("sign_in_failed")
        attempt = _Attempt(principal.label, read_address(address), "password")
        account, _ = self._verify(attempt, old)
        check_password(new, principal.label)
        with self._queue.slot():
            new_hash = hash_password(new)
        with self._session() as session:
            attempt.failures.clear(session)
            if not self._replace(session, account, new_hash):
                raise Refused("sign_in_failed")
            session.execute(_CLOSE_ALL, {"public_id": account.principal})
            return _open(session, account, attempt, Action.PASSWORD_CHANGE)

    def sign_out(self, token: str) -> None:
        """End a session; unknown tokens are nothing."""
        if not _TOKEN.fullmatch(token):
            return
        with self._session() as session:
            row = session.execute(_CLOSE, {"token_hash": token_hash(token)}).one_or_none()
            if row is not None:
                _note(session, _Account("", row.public_id, row.role), Action.SESSION_CLOSE, {})

    def pulse(self) -> DataVersion:
        """Return the data version to anyone: whether the database answers."""
        with self._session() as session:
            row = session.execute(_PULSE).one()
        return DataVersion(row.number, row.changed_at)

    def _verify(self, attempt: _Attempt, password: str) -> tuple[_Account, str | None]:
        """Return the account that a password opens, and its hash anew where the old one is outdated.

        Raises ``Refused``: ``sign_in_failed``, ``sign_in_delayed`` or ``sign_in_busy``.
        """
        with self._session() as session:
            attempt.failures.check(session)
        with self._queue.slot():
            with self._session() as session:
                # Again: those who stood in the queue meanwhile may have failed.
                attempt.failures.check(session)
                account = _account(session, attempt.login)
            if is_password(account.password_hash, password):
                outdated = account.password_hash is not None and is_outdated(account.password_hash)
                return account, hash_password(password) if outdated else None
            # Still in the slot, so that whoever comes next sees this failure.
            with self._session() as session:
                attempt.failures.note(session)
                _note(session, account, Action.SESSION_REFUSE, attempt.facts)
        raise Refused("sign_in_failed")

    def _refuse_kiosk(self, session: Session, address: str | None, facts: dict[str, Any]) -> None:
        # Nobody can guess a link; what the delay bounds is how fast a stranger can make the audit grow.
        failures = Failures(f"kiosk {address}", address)
        with suppress(Refused):
            failures.check(session)
            failures.note(session)
            _note(session, _Account(""), Action.SESSION_REFUSE, facts)

    def _replace(self, session: Session, account: _Account, new_hash: str) -> bool:
        values = {"public_id": account.principal, "old_hash": account.password_hash, "new_hash": new_hash}
        return bool(session.execute(_REPLACE, values).scalar_one())

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with refusing():
            self._refuse_unsafe()
            with Session(self._engine) as session, session.begin():
                act_for(session, _NOBODY, timeout_ms=_TIMEOUT_MS)
                yield session

    def _refuse_unsafe(self) -> None:
        # Nobody comes in but by the gate: what could not be checked at the start, since the database was
        # away, is checked here before the first.
        if not self._is_safe:
            refuse_unsafe(self._engine)
            self._is_safe = True


_NOBODY = Principal(UNKNOWN, Role.KIOSK)
"""For the gate's own work: without a token the transaction stays the server's login."""


def _lowered(login: str) -> str:
    """Return a login in small letters; whatever is not ASCII stays as it is and is nobody's.

    Lowered, a Kelvin sign would be a k: a stranger at the provider would be an account here.
    """
    return login.lower() if login.isascii() else login


def _account(session: Session, login: str) -> _Account:
    row = session.execute(_CREDENTIALS, {"login": login}).one_or_none() if is_login(login) else None
    return _Account(login, row.public_id, row.role, row.password_hash) if row else _Account(login)


def _open(session: Session, account: _Account, attempt: _Attempt, action: Action) -> Ticket:
    ticket = _try_open(session, account, attempt, action)
    if ticket is None:
        # Disabled while the password was verified.
        raise Refused("sign_in_failed")
    return ticket


def _try_open(session: Session, account: _Account, attempt: _Attempt, action: Action) -> Ticket | None:
    token = secrets.token_urlsafe(32)
    values = {"public_id": account.principal, "token_hash": token_hash(token)}
    expires_at: datetime | None = session.execute(_OPEN, values).scalar_one()
    if expires_at is None:
        return None
    _note(session, account, action, attempt.facts)
    return Ticket(
        Principal(account.principal, Role(account.role), token, account.login), expires_at.astimezone(UTC)
    )


def _note(session: Session, account: _Account, action: Action, facts: dict[str, Any]) -> None:
    row = func.access.note_as(account.principal, account.role, action.value, "session", Jsonb(facts))
    session.execute(select(row))
