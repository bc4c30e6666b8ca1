"""Matters (信访件): the vocabulary of what is submitted and how it is handled; never who submits it."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """信访形式: how a matter reached the system."""

    LETTER = "letter"
    VISIT = "visit"
    ONLINE = "online"
    CALL = "call"
    AGENT = "agent"
    """代办: carried by a service point's agent."""
    GRID = "grid"
    """网格上报: reported by a grid worker."""


class Purpose(StrEnum):
    """信访目的, Articles 29 to 31 of the Regulation."""

    CLAIM = "claim"
    """申诉求决 (Art. 31)."""
    SUGGESTION = "suggestion"
    """建议意见 (Art. 29)."""
    ACCUSATION = "accusation"
    """检举控告 (Art. 30): on no map, no drill-down, no unit's view; never placed."""


class Category(StrEnum):
    """内容分类, level 1 of the default table."""

    CONSTRUCTION = "construction"
    LABOUR = "labour"
    LAND = "land"
    RURAL = "rural"
    ENVIRONMENT = "environment"
    EDUCATION = "education"
    HEALTH = "health"
    TRANSPORT = "transport"
    CIVIL = "civil"
    MARKET = "market"
    LEGAL = "legal"
    OTHER = "other"


class Stage(StrEnum):
    """Where a matter stands."""

    REGISTERED = "registered"
    FORWARDED = "forwarded"
    ACCEPTED = "accepted"
    HANDLING = "handling"
    EXTENDED = "extended"
    REPLIED = "replied"
    EVALUATED = "evaluated"
    CLOSED = "closed"
    REVIEW = "review"
    RECHECK = "recheck"
    TERMINATED = "terminated"


SETTLED_STAGES = frozenset(
    {Stage.REPLIED, Stage.EVALUATED, Stage.CLOSED, Stage.REVIEW, Stage.RECHECK, Stage.TERMINATED}
)
"""Stages in which the unit's reply has been delivered: the 办结 clock has stopped."""


class Track(StrEnum):
    """Which set of clocks applies."""

    ORDINARY = "ordinary"
    LEGAL = "legal"
    """涉法涉诉: other clocks, left out of the rates."""
    SUGGESTION = "suggestion"
    REVIEW = "review"


class Evaluation(StrEnum):
    """评价 of the handling, given on the matter."""

    SATISFIED = "satisfied"
    MOSTLY_SATISFIED = "mostly_satisfied"
    UNSATISFIED = "unsatisfied"


class BacklogTier(StrEnum):
    """交办批次's tier: who handed a backlog matter over."""

    NATION = "nation"
    PROVINCE = "province"
    CITY = "city"
