"""Ids of the register's page."""

from __future__ import annotations

from enum import StrEnum


class Id(StrEnum):
    """Ids of what callbacks read or write."""

    DETAIL = "matters-detail"
    CHOSEN = "matters-chosen"
    CLOSE = "matters-close"
    LOGIN = "matters-login"
    """This and all that follow only in the details of a matter, for the petition bureau."""
    RECUSE = "matters-recuse"
    EXTEND_DAYS = "matters-extend-days"
    EXTEND_APPROVER = "matters-extend-approver"
    EXTEND_REASON = "matters-extend-reason"
    EVENT_DAY = "matters-event-day"
    EXTEND = "matters-extend"
    PAUSE = "matters-pause"
    RESUME = "matters-resume"


ROW = "matters-row"
UNRECUSE = "matters-unrecuse"


def row_id(matter_id: object) -> dict[str, object]:
    """Return the id of a matter's row; ``dash.ALL`` for every one."""
    return {"type": ROW, "matter": matter_id}


def unrecuse_id(login: object) -> dict[str, object]:
    """Return the id of the button that lifts an account's recusal; ``dash.ALL`` for every one."""
    return {"type": UNRECUSE, "login": login}
