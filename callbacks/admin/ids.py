"""Ids of the administrator's page."""

from __future__ import annotations

from enum import StrEnum


class Ids(StrEnum):
    """Ids of what callbacks read or write; those of one part are there only while it is shown."""

    ACCOUNT = "admin-account"
    """The sign-in name of the account that is shown."""
    ACCOUNTS = "admin-accounts"
    DETAIL = "admin-detail"
    CHANGED = "admin-changed"
    CHANGE = "admin-change"
    RESET = "admin-reset"
    END = "admin-end"
    DISABLE = "admin-disable"
    ENABLE = "admin-enable"
    LOGIN = "admin-login"
    PASSWORD = "admin-password"  # noqa: S105
    ADD = "admin-add"
    ADDED = "admin-added"
    KIOSKS = "admin-kiosks"
    KIOSK_NAME = "admin-kiosk-name"
    KIOSK_ADDRESS = "admin-kiosk-address"
    KIOSK_ADD = "admin-kiosk-add"
    KIOSK_SAID = "admin-kiosk-said"
    CITY_NAME = "admin-city-name"
    CITY_SOURCE = "admin-city-source"
    CITY_REVIEW = "admin-city-review"
    CITY_OFFICE = "admin-city-office"
    CITY_INTERNAL = "admin-city-internal"
    CITY_SAVE = "admin-city-save"
    CITY_SAID = "admin-city-said"


class Form(StrEnum):
    """The two forms in which a role and its scope are chosen."""

    ADD = "add"
    CHANGE = "change"


ROLE, SCOPE, SCOPE_BOX, REVOKE = "admin-role", "admin-scope", "admin-scope-box", "admin-revoke"


def of_form(kind: str, form: Form) -> str:
    """Return the id of a field of a form."""
    return f"{kind}-{form}"


def revoke_id(name: object) -> dict[str, object]:
    """Return the id of the button that revokes a kiosk; ``dash.ALL`` for every one."""
    return {"type": REVOKE, "name": name}
