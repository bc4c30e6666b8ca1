"""Delays after failed sign-ins: by account and address, doubling, and never a lock for good.

From one address an account waits long; from all others only shortly, or anybody could keep anybody out.
"""

from __future__ import annotations

import hashlib
import ipaddress

from sqlalchemy import ARRAY, LargeBinary, bindparam, text
from sqlalchemy.orm import Session

from grid.refusals import Refused

LONGEST_DELAY_S = 900
LONGEST_FOR_ACCOUNT_S = 30
"""How long an account waits for failures from other addresses."""
FREE_FOR_ACCOUNT, FREE_FOR_ADDRESS = 3, 10
"""Failures before the first delay. A whole office may come from one address: a success takes its own back."""

_KEYS = bindparam("keys", type_=ARRAY(LargeBinary))
_READ = text("SELECT key, count AS failed, seconds FROM access.failures(:keys)").bindparams(_KEYS)
_NOTE = text("SELECT access.note_failure(:keys)").bindparams(_KEYS)
_CLEAR = text("SELECT access.clear_failures(:own, :login, :address)")
_FORGET = text("SELECT access.forget_failures(:login)")


class Failures:
    """The failures of one account's name and one address, known by hashes."""

    def __init__(self, login: str, address: str | None) -> None:
        self._login = _login_key(login)
        self._address = _digest(f"address:{_network(address)}")
        self._own = self._login + self._address
        self._limits = {
            self._own: (FREE_FOR_ACCOUNT, LONGEST_DELAY_S),
            self._login: (FREE_FOR_ACCOUNT, LONGEST_FOR_ACCOUNT_S),
            self._address: (FREE_FOR_ADDRESS, LONGEST_DELAY_S),
        }

    def check(self, session: Session) -> None:
        """Raise ``Refused('sign_in_delayed', seconds=…)`` while a delay is in force."""
        rows = session.execute(_READ, {"keys": list(self._limits)})
        left = max((self._delay_s(bytes(row.key), row.failed) - row.seconds for row in rows), default=0)
        if left > 0:
            raise Refused("sign_in_delayed", seconds=int(left) + 1)

    def note(self, session: Session) -> None:
        """Count one more failure."""
        session.execute(_NOTE, {"keys": list(self._limits)})

    def clear(self, session: Session) -> None:
        """Forget the failures of the account from here, and of those of the address only these."""
        keys = {"own": self._own, "login": self._login, "address": self._address}
        session.execute(_CLEAR, keys)

    def _delay_s(self, key: bytes, failed: int) -> int:
        free, longest_s = self._limits[key]
        return min(delay_s(failed - free), longest_s)


def forget_failures(session: Session, login: str) -> None:
    """Forget an account's failures from every address, for an administrator who lets it in anew."""
    session.execute(_FORGET, {"login": _login_key(login)})


def delay_s(beyond: int) -> int:
    """Return how long to wait after so many failures beyond the free ones: 1, 2, 4 … seconds."""
    return 0 if beyond < 0 else min(2 ** min(beyond, 20), LONGEST_DELAY_S)


def read_address(address: str) -> str | None:
    """Return an address as the database compares it, none for what is none."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(found)


def _network(address: str | None) -> str:
    """Return whose an address is: with IPv6 one subscriber has 2^64 of them."""
    if address is None or ":" not in address:
        return address or ""
    return str(ipaddress.ip_network((address, 64), strict=False))


def _login_key(login: str) -> bytes:
    return _digest(f"login:{login.lower()}")


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()
