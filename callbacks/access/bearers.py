"""Bearers: programs that show a kiosk's token in a header, on the few routes whose rule takes one.

A kiosk's token sees published products alone, is bound to an address and can be revoked. A person's session
is not taken here: what is written into a program's settings must not open more than that.
"""

from __future__ import annotations

import time
from collections import OrderedDict

from flask import Request

from callbacks.access.cookies import read_token
from callbacks.tools import Tools
from grid.principals import Principal, Role

CHALLENGE = 'Bearer realm="fengtu"'
_NOTED_EVERY_S = 3600.0
_KEPT = 256


def carries_bearer(asked: Request) -> bool:
    """Return whether a request says who it is in a header, be it readable or not."""
    return "Authorization" in asked.headers


def token_in_header(asked: Request) -> str | None:
    """Return the token of ``Authorization: Bearer TOKEN``, or the password of ``Basic``, none for none.

    ``Basic`` is for programs that know nothing else; the name beside the password means nothing.
    """
    given = asked.authorization
    if given is None:
        return None
    return read_token(given.token if given.type == "bearer" else given.password)


class Bearers:
    """Finds out whose a token in a header is, and lets the audit know once an hour that it is in use."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._noted_s: OrderedDict[tuple[str, str], float] = OrderedDict()

    def who(self, token: str, address: str) -> Principal | None:
        """Return the kiosk of a token, none for any other token or a foreign address.

        Every request is checked; what is audited is the first of an hour, and each refusal, which the gate's
        delays bound. Raises ``Refused('database_down')``.
        """
        gate = self._tools.store.gate()
        principal = gate.who(token, address)
        if principal is None or principal.role is not Role.KIOSK or self._is_due(principal.id, address):
            return gate.enter_kiosk(token, address)
        return principal

    def _is_due(self, public_id: str, address: str) -> bool:
        key, now_s = (public_id, address), time.monotonic()
        if now_s - self._noted_s.get(key, float("-inf")) < _NOTED_EVERY_S:
            return False
        self._noted_s[key] = now_s
        self._noted_s.move_to_end(key)
        while len(self._noted_s) > _KEPT:
            self._noted_s.popitem(last=False)
        return True
