"""Clocks (时限): the calendar, the rules, what happened to matters, and which clocks run."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, one_of, surrogate
from grid.clocks.calendars import DayKind
from grid.clocks.events import EventKind
from grid.clocks.proposals import ProposalKind, ProposalOutcome
from grid.clocks.rules import LONGEST_EXTENSION_DAYS, Counting, Rolling


class CalendarDay(Base):
    """A day named by the State Council's notice of a year (``grid.clocks.CalendarDay``)."""

    __tablename__ = "calendar_day"
    __table_args__ = (one_of("kind", DayKind),)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    festival: Mapped[str] = mapped_column(Text)
    notice_year: Mapped[int] = mapped_column(index=True)
    source: Mapped[str] = mapped_column(Text, server_default="")
    """The package of the first days, or the title of the notice that was entered."""


class ClockRule(Base):
    """A rule of a jurisdiction, effective-dated: the fields of ``grid.clocks.ClockRule`` by their names."""

    __tablename__ = "clock_rule"
    __table_args__ = (
        one_of("counting", Counting),
        one_of("rolling", Rolling),
        UniqueConstraint("jurisdiction", "clock", "valid_from", "tracks"),
        CheckConstraint(f"extension_days BETWEEN 0 AND {LONGEST_EXTENSION_DAYS}", name="extension_days"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity"),
    )
    id: Mapped[int] = surrogate()
    jurisdiction: Mapped[str] = mapped_column(Text)
    clock: Mapped[str] = mapped_column(Text)
    days: Mapped[int]
    starts: Mapped[list[str]] = mapped_column(ARRAY(Text))
    stops: Mapped[list[str]] = mapped_column(ARRAY(Text))
    valid_from: Mapped[date]
    source: Mapped[str] = mapped_column(Text)
    counting: Mapped[str] = mapped_column(Text)
    valid_to: Mapped[date | None]
    tracks: Mapped[list[str]] = mapped_column(ARRAY(Text))
    purposes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    voids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    extension_days: Mapped[int]
    pausable: Mapped[bool]
    rolling: Mapped[str] = mapped_column(Text)
    window: Mapped[bool]
    soon_days: Mapped[int]
    nth: Mapped[int]
    nth_last: Mapped[int | None]


class ClockEvent(Base):
    """What happened to a matter beyond the days of its own row: extensions, hearings, explanations."""

    __tablename__ = "clock_event"
    __table_args__ = (
        one_of("kind", EventKind),
        CheckConstraint("(kind = 'extended') = (days IS NOT NULL)", name="days_of_extension"),
        CheckConstraint(
            "kind <> 'extended' OR (approver <> '' AND reason <> '')", name="extension_is_approved"
        ),
        CheckConstraint(f"days BETWEEN 1 AND {LONGEST_EXTENSION_DAYS}", name="days"),
        UniqueConstraint("petition_id", "kind", "on_day", "clock"),
    )
    id: Mapped[int] = surrogate()
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    on_day: Mapped[date]
    days: Mapped[int | None]
    approver: Mapped[str] = mapped_column(Text, server_default="")
    """The post that approved an extension."""
    reason: Mapped[str] = mapped_column(Text, server_default="")
    clock: Mapped[str] = mapped_column(Text, server_default="")
    """The clock that a hearing pauses; empty for all."""
    principal: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed: Mapped[int] = mapped_column(
        BigInteger, server_default=text("(pg_current_xact_id()::text)::bigint"), index=True
    )
    """The transaction that wrote the row: whoever makes clocks anew finds by it whose."""


class ClockProposal(Base):
    """A new notice or new rules that an administrator means to put in force, with what would change.

    The worker works out which open clocks of all matters would change and keeps the counts alone: whoever
    proposes and confirms may read no matter.
    """

    __tablename__ = "clock_proposal"
    __table_args__ = (
        one_of("kind", ProposalKind),
        one_of("outcome", ProposalOutcome),
        CheckConstraint("(digest IS NULL) = (result IS NULL)", name="worked_out"),
        CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name="settled"),
    )
    id: Mapped[int] = surrogate()
    kind: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]]
    principal: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    digest: Mapped[str | None] = mapped_column(Text)
    """Of the rules and the calendar that the proposal was compared with."""
    as_of: Mapped[date | None]
    result: Mapped[dict[str, Any] | None]
    """Counts of open clocks that change, by clock."""
    settled_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(Text)


class OpenClock(Base):
    """A clock of a matter that still runs, made anew when the matter, a rule or the calendar changes.

    Its state on a day follows from the row: while ``paused_since`` is set, ``due_on`` moves on with the days.
    """

    __tablename__ = "open_clock"
    __table_args__ = (Index("ix_open_clock_due_on", "due_on", "clock"),)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"), primary_key=True)
    clock: Mapped[str] = mapped_column(Text, primary_key=True)
    started_on: Mapped[date] = mapped_column(primary_key=True)
    due_on: Mapped[date]
    soon_on: Mapped[date]
    """The first day on which it is amber."""
    paused_since: Mapped[date | None]
    is_window: Mapped[bool]
    provisional: Mapped[bool]
    """The due day rests on a year whose notice is not published."""
    rule_id: Mapped[int] = mapped_column(ForeignKey("clock_rule.id"))


class DerivedState(Base):
    """What a table that follows from others was made from, so that the worker knows when to make it anew."""

    __tablename__ = "derived_state"
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    """``open_clock`` or ``indicator_sum``."""
    digest: Mapped[str] = mapped_column(Text)
    """Of rules, calendar and program."""
    watermark: Mapped[int] = mapped_column(BigInteger)
    """The transaction before which every change of a matter is in it (``petition.changed``)."""
    as_of: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
