"""Who may come in, what an administrator does with accounts, and what an auditor reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from grid.accounts import AccountView, CitySettings, NewAccount, Scope, ScopePart
from grid.audits import AuditPage, AuditQuestion, ChainState, Head
from grid.principals import Principal, Role, Ticket
from grid.questions import DataVersion


class Gate(Protocol):
    """Who may come in. Tokens are opaque; the database keeps only their hashes."""

    def who(self, token: str, address: str) -> Principal | None:
        """Return the principal of a live session, none for any other token or a foreign address."""

    def sign_in(self, login: str, password: str, address: str) -> Ticket:
        """Return a new session.

        Raises ``Refused``: ``sign_in_failed`` (never saying why), ``sign_in_delayed`` (``seconds``) after
        failures of this account or address, or ``sign_in_busy``.
        """

    def sign_in_asserted(self, login: str, address: str) -> Ticket:
        """Return a new session for an account that a trusted identity provider named.

        Raises ``Refused('sign_in_failed')``.
        """

    def enter_kiosk(self, token: str, address: str) -> Principal | None:
        """Return the kiosk whose link was opened, none for any other token or a foreign address; audited."""

    def change_password(self, token: str, old: str, new: str, address: str) -> Ticket:
        """Set a new password, end the account's sessions and return a new one.

        Raises ``Refused``: ``sign_in_failed``, ``sign_in_delayed``, ``sign_in_busy`` or ``password_weak``.
        """

    def sign_out(self, token: str) -> None:
        """End a session; unknown tokens are nothing."""

    def pulse(self) -> DataVersion:
        """Return the data version to anyone: whether the database answers; raises ``Refused``."""


class AccountsDesk(Protocol):
    """What an administrator does with accounts, kiosks and the city's settings.

    Where a login is given, ``Refused('login_unknown')`` is raised for none's. Nobody may narrow or end their
    own account: ``Refused('account_own')``. A change of scope, role or password ends the account's sessions.
    """

    def accounts(self) -> tuple[AccountView, ...]:
        """Return all accounts and kiosks by login."""

    def add(self, account: NewAccount) -> None:
        """Make an account.

        Raises ``Refused``: ``login_taken``, ``password_weak``, or what ``grid.accounts`` and a scope raise.
        """

    def set_scope(self, login: str, scope: Scope) -> None:
        """Replace an account's scope.

        Raises ``Refused``: ``area_code_unknown``, ``area_code_ambiguous``, ``area_level_wrong``,
        ``unit_unknown``, ``unit_ambiguous``, or what ``grid.accounts.check_scope`` raises.
        """

    def set_role(self, login: str, role: Role, scope: Scope) -> None:
        """Give an account another role with its scope; raises as ``set_scope``."""

    def set_password(self, login: str, password: str) -> None:
        """Give an account a new password; raises ``Refused('password_weak')``."""

    def set_disabled(self, login: str, disabled: bool) -> None:
        """Disable an account, which ends its sessions, or enable it; a kiosk's link is then revoked for good.

        Raises ``Refused('kiosk_revoked')`` where a kiosk should be enabled: it is added again.
        """

    def end_sessions(self, login: str) -> None:
        """End an account's sessions."""

    def add_kiosk(self, name: str, address: str) -> str:
        """Make a kiosk bound to an address or network and return its token, which is not kept.

        Raises ``Refused``: ``login_taken``, ``address_unreadable``, or what ``grid.accounts.read_login``
        raises.
        """

    def revoke_kiosk(self, name: str) -> None:
        """End a kiosk's link; raises ``Refused('kiosk_unknown')``."""

    def find_scope(self, role: Role, words: str) -> tuple[ScopePart, ...]:
        """Return the first areas or units that a role's scope may be made of, by words of names or a code."""

    def settings(self) -> CitySettings:
        """Return the city's settings."""

    def set_settings(self, settings: CitySettings) -> None:
        """Set all of the city's settings."""


class AuditDesk(Protocol):
    """What an auditor reads: who did what, and whether the chain of it is whole."""

    def page(self, question: AuditQuestion) -> AuditPage:
        """Return a page of rows, newest first, with the chain's head and when it was last verified."""

    def verify(self, noted: Head | None = None) -> ChainState:
        """Verify the whole chain, also against a head that was noted down; audited itself."""

    def export(self, question: AuditQuestion, say: Callable[..., str]) -> bytes:
        """Return a workbook (XLSX) of all rows of a question; audited itself.

        Raises ``Refused('audit_export_too_large')``.
        """
