"""Ids of the calendar and rules part of the administrator's page."""

from __future__ import annotations

from enum import StrEnum


class Ids(StrEnum):
    """Ids of what callbacks read or write; there only while the part is shown."""

    SHOWN = "clocks-shown"
    """Calendar, proposals and rules as they stand."""
    SAID = "clocks-said"
    POLL = "clocks-poll"
    NOTICE = "clocks-notice"
    NOTICE_FILE = "clocks-notice-file"
    NOTICE_SEND = "clocks-notice-send"
    RULE = "clocks-rule"
    RULE_DAYS = "clocks-rule-days"
    RULE_COUNTING = "clocks-rule-counting"
    RULE_EXTENSION = "clocks-rule-extension"
    RULE_SOON = "clocks-rule-soon"
    RULE_FROM = "clocks-rule-from"
    RULE_SOURCE = "clocks-rule-source"
    RULE_SEND = "clocks-rule-send"
    PLACE = "clocks-place"
    PLACE_FROM = "clocks-place-from"
    PLACE_SOURCE = "clocks-place-source"
    PLACE_SEND = "clocks-place-send"


CONFIRM, DISCARD = "clocks-confirm", "clocks-discard"


def confirm_id(proposal: object) -> dict[str, object]:
    """Return the id of the button that puts a proposal in force; ``dash.ALL`` for every one."""
    return {"type": CONFIRM, "proposal": proposal}


def discard_id(proposal: object) -> dict[str, object]:
    """Return the id of the button that leaves a proposal; ``dash.ALL`` for every one."""
    return {"type": DISCARD, "proposal": proposal}
