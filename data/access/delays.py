"""Delays after failed sign-ins: by account and by address, doubling, and never a lock for good."""

from __future__ import annotations

import hashlib
import ipaddress

from sqlalchemy import ARRAY, LargeBinary, bindparam, text
from sqlalchemy.orm import Session

from grid.refusals import Refused

LONGEST_DELAY_S = 900
FREE_FOR_ACCOUNT, FREE_FOR_ADDRESS = 3, 10
"""Failures before the first delay. A whole office may come from one address, and a success clears both."""

_KEYS = bindparam("keys", type_=ARRAY(LargeBinary))
_READ = text("SELECT key, count AS failed, seconds FROM access.failures(:keys)").bindparams(_KEYS)
_NOTE = text("SELECT access.note_failure(:keys)").bindparams(_KEYS)
_CLEAR = text("SELECT access.clear_failures(:keys)").bindparams(_KEYS)


class Failures:
    """The failures of one account's name and one address, known by hashes."""

    def __init__(self, login: str, address: str | None) -> None:
        self._free = {
            _digest(f"login:{login.lower()}"): FREE_FOR_ACCOUNT,
            _digest(f"address:{_network(address)}"): FREE_FOR_ADDRESS,
        }

    def check(self, session: Session) -> None:
        """Raise ``Refused('sign_in_delayed', seconds=…)`` while a delay is in force."""
        rows = session.execute(_READ, {"keys": list(self._free)})
        left = max(
            (delay_s(row.failed - self._free[bytes(row.key)]) - row.seconds for row in rows), default=0
        )
        if left > 0:
            raise Refused("sign_in_delayed", seconds=int(left) + 1)

    def note(self, session: Session) -> None:
        """Count one more failure."""
        session.execute(_NOTE, {"keys": list(self._free)})

    def clear(self, session: Session) -> None:
        """Forget the failures."""
        session.execute(_CLEAR, {"keys": list(self._free)})


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


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()
