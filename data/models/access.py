"""Who may see what: accounts of duty holders, their scopes and sessions, and whom a matter is kept from.

No role of a screen may read these tables but the administrator (never the secrets in them); row level
security asks them through the functions of ``data/access/functions.py``.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, one_of, surrogate
from grid.principals import Role


class Account(Base):
    """A duty holder's or a screen's way in; ``login`` is a work name, never a phone or identity number.

    ``public_id`` stands for the account in audit and logs. An account without ``password_hash`` comes in
    through the identity provider, or by a kiosk's token.
    """

    __tablename__ = "account"
    __table_args__ = (one_of("role", Role),)
    id: Mapped[int] = surrogate()
    public_id: Mapped[str] = mapped_column(Text, unique=True)
    login: Mapped[str] = mapped_column(Text, unique=True)
    role: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    disabled: Mapped[bool] = mapped_column(server_default="false")
    demo: Mapped[bool] = mapped_column(server_default="false")
    """Made with the demo city: its password is printed, so it must not outlive invented data."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AccountScope(Base):
    """An area or a unit that a worker, town or unit account answers for."""

    __tablename__ = "account_scope"
    __table_args__ = (
        CheckConstraint("num_nonnulls(area_id, unit_id) = 1", name="one_thing"),
        UniqueConstraint("account_id", "area_id", "unit_id", postgresql_nulls_not_distinct=True),
    )
    id: Mapped[int] = surrogate()
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"))


class LoginSession(Base):
    """One sign-in. Only the SHA-256 of its token is kept: 256 random bits need no slow hash."""

    __tablename__ = "login_session"
    __table_args__ = (
        CheckConstraint("expires_at IS NOT NULL OR bound_to IS NOT NULL", name="ends_or_is_bound"),
    )
    id: Mapped[int] = surrogate()
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]
    """None for a kiosk, whose token lasts until it is revoked."""
    bound_to: Mapped[str | None] = mapped_column(Text)
    """The address or network that a kiosk's token is good from."""
    closed_at: Mapped[datetime | None]


class SignInFailure(Base):
    """Failed sign-ins since the last success, by account name or address; the key is a hash."""

    __tablename__ = "sign_in_failure"
    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Recusal(Base):
    """回避: a matter that is kept from an account, since it is about that cadre's own work."""

    __tablename__ = "recusal"
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class AuditHead(Base):
    """The last link of the audit's hash chain; one row, so that links are made one after another."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)
    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
