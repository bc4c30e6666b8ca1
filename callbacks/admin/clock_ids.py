"""Ids of the calendar and rules part of the administrator's page."""

from __future__ import annotations

from enum import StrEnum


class Ids(StrEnum):
    """Ids of what callbacks read or write; there only while the part is shown."""

    SHOWN = "admin-clocks-shown"
    """Calendar, proposals and rules as they stand."""
    SAID = "admin-clocks-said"
    POLL = "admin-clocks-poll"
    NOTICE = "admin-clocks-notice"
    NOTICE_FILE = "admin-clocks-notice-file"
    NOTICE_SEND = "admin-clocks-notice-send"
    RULE = "admin-clocks-rule"
    RULE_DAYS = "admin-clocks-rule-days"
    RULE_COUNTING = "admin-clocks-rule-counting"
    RULE_EXTENSION = "admin-clocks-rule-extension"
    RULE_SOON = "admin-clocks-rule-soon"
    RULE_FROM = "admin-clocks-rule-from"
    RULE_SOURCE = "admin-clocks-rule-source"
    RULE_SEND = "admin-clocks-rule-send"
    PLACE = "admin-clocks-place"
    PLACE_FROM = "admin-clocks-place-from"
    PLACE_SOURCE = "admin-clocks-place-source"
    PLACE_SEND = "admin-clocks-place-send"


CONFIRM, DISCARD = "admin-clocks-confirm", "admin-clocks-discard"


def confirm_id(proposal: object) -> dict[str, object]:
    """Return the id of the button that puts a proposal in force; ``dash.ALL`` for every one."""
    return {"type": CONFIRM, "proposal": proposal}


def discard_id(proposal: object) -> dict[str, object]:
    """Return the id of the button that leaves a proposal; ``dash.ALL`` for every one."""
    return {"type": DISCARD, "proposal": proposal}
