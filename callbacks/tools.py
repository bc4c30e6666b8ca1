"""Tools: what every screen is given when it is registered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import g

from grid.ports import Store
from grid.principals import Principal
from layers.words import Language


def current_principal() -> Principal:
    """Return on whose behalf the request at hand is answered, as the guard found out.

    Raises LookupError where no guard has let anyone in: then nothing may be read either.
    """
    principal = g.get("principal")
    if not isinstance(principal, Principal):
        raise LookupError("nobody was let in")
    return principal


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """The organisation's OpenID Connect provider; ``login_claim`` is the claim that is an account's login."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    login_claim: str


@dataclass(frozen=True, slots=True)
class Tools:
    """The ports to the world, the language of the screens, and who asks.

    ``oidc`` is the organisation's own identity provider, which the sign-in page offers; ``proxies`` is how
    many reverse proxies of ours stand before the server, so that they are believed who asks and by which
    scheme.
    """

    store: Store
    language: Language = Language.ZH
    principal: Callable[[], Principal] = current_principal
    oidc: IdentityProvider | None = None
    proxies: int = 0
