"""Audits: what is written down about who did what, and how the chain of it is found whole."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What was done, as ``noun.verb``; the only names that writers may give an audit row."""

    IMPORT_SUBMIT = "import.submit"
    IMPORT_TRY = "import.try"
    """A dry run: only its outcome was kept."""
    IMPORT_RUN = "import.run"
    PLAN_SAVE = "plan.save"
    PLAN_DISCARD = "plan.discard"
    CITY_SET = "city.set"
    CITY_EXPORT = "city.export"
    SESSION_OPEN = "session.open"
    SESSION_REFUSE = "session.refuse"
    SESSION_CLOSE = "session.close"
    SESSIONS_END = "sessions.end"
    """All sessions of an account, by the administrator."""
    PASSWORD_CHANGE = "password.change"  # noqa: S105
    """By its holder; ``account.password`` is the administrator's."""
    ACCOUNT_ADD = "account.add"
    ACCOUNT_SCOPE = "account.scope"
    ACCOUNT_ROLE = "account.role"
    ACCOUNT_DISABLE = "account.disable"
    ACCOUNT_ENABLE = "account.enable"
    ACCOUNT_PASSWORD = "account.password"  # noqa: S105
    KIOSK_ADD = "kiosk.add"
    KIOSK_REVOKE = "kiosk.revoke"
    MATTER_READ = "matter.read"
    MATTERS_LIST = "matters.list"
    MATTERS_EXPORT = "matters.export"
    PATCH_READ = "patch.read"
    RECUSAL_ADD = "recusal.add"
    RECUSAL_REMOVE = "recusal.remove"
    AUDIT_EXPORT = "audit.export"
