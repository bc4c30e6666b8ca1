"""Passwords: argon2id with few verifications at a time, the same work for an unknown account, and a rule.

One verification takes about 90 ms and 46 MiB here (2 shared cores), the first that OWASP recommends.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from grid.refusals import Refused

SHORTEST, LONGEST = 10, 256
_AT_ONCE = 2
_LONGEST_WAIT_S = 5.0
_HASHER = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
_COMMONEST = frozenset((
    "1234567890", "0123456789", "0987654321", "9876543210", "1111111111", "0000000000", "8888888888",
    "6666666666", "1212121212", "1122334455", "1234512345", "1234554321", "12345678910", "123456789a",
    "a123456789", "aa123456789", "qq123456789", "123456789q", "123456789qq", "123456789abc", "abc123456789",
    "abcd123456", "abc1234567", "abcdefghij", "abcdefg123", "abcd1234567", "abcd12345678", "a1b2c3d4e5",
    "q1w2e3r4t5", "1q2w3e4r5t", "1qaz2wsx3edc", "qwertyuiop", "qwerty1234", "qwerty12345", "qwerty123456",
    "asdfghjkl1", "asdfghjkl;", "zxcvbnm123", "1234qwerasdf", "qazwsxedcrfv", "password12", "password123",
    "password1234", "passw0rd123", "p@ssw0rd123", "p@ssword123", "admin12345", "admin123456",
    "admin@123456", "administrator", "administrator1", "root123456", "test123456", "welcome123",
    "iloveyou123", "woaini1314", "woaini1314520", "5201314520", "5201314521", "woaini520520", "1314520520",
    "woaizhongguo", "zhongguo123", "xinfang123", "xinfangju123", "xinfangju12345", "xinfang12345",
    "fengtu12345", "fengtu123456", "changeme123", "letmein1234", "monkey12345", "dragon12345",
    "1qaz@wsx3edc", "1qaz2wsx3e", "qweasdzxc123", "qwe1234567", "1234567890a", "1234567890q", "a1234567890",
    "147258369a", "1472583690", "1357924680", "2468013579",
))  # fmt: skip


class VerificationQueue:
    """Lets two verify or hash at a time: a burst of sign-ins must not take all memory and processors."""

    def __init__(self, *, at_once: int = _AT_ONCE, longest_wait_s: float = _LONGEST_WAIT_S) -> None:
        self._slots = BoundedSemaphore(at_once)
        self._longest_wait_s = longest_wait_s

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for one's turn; raises ``Refused('sign_in_busy')`` where it takes too long."""
        if not self._slots.acquire(timeout=self._longest_wait_s):
            raise Refused("sign_in_busy")
        try:
            yield
        finally:
            self._slots.release()


def hash_password(password: str) -> str:
    """Return an argon2id hash, with its salt and parameters."""
    return _HASHER.hash(_as_typed(password))


def is_password(password_hash: str | None, password: str) -> bool:
    """Return whether a password is the one hashed; without a hash the same work is done for nothing."""
    text = _as_typed(password)
    fits = 0 < len(text) <= LONGEST and password_hash is not None
    try:
        _HASHER.verify(password_hash if fits and password_hash else _hash_of_nobody(), text[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return fits


def is_outdated(password_hash: str) -> bool:
    """Return whether a hash was made with other parameters than now."""
    return _HASHER.check_needs_rehash(password_hash)


def check_password(password: str, login: str) -> None:
    """Raise ``Refused('password_weak')`` for a password that is too short, too long, common or the login."""
    text = _as_typed(password)
    plain = text.casefold()
    is_simple = len(set(plain)) < 4 or plain in _COMMONEST or login.casefold() in plain
    if not SHORTEST <= len(text) <= LONGEST or is_simple:
        raise Refused("password_weak", shortest=SHORTEST)


def _as_typed(password: str) -> str:
    """Return what was typed, whichever keyboard it came from: full-width and composed forms are one."""
    return unicodedata.normalize("NFKC", password.encode("utf-8", "replace").decode())


@cache
def _hash_of_nobody() -> str:
    return _HASHER.hash("nobody's password")
