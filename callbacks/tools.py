"""Tools: what every screen is given when it is registered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import g, has_request_context, request

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


LANGUAGE_COOKIE = "fengtu_language"


def asked_language() -> Language | None:
    """Return the language that the request's reader chose, none for none of ours or outside of a request."""
    chosen = request.cookies.get(LANGUAGE_COOKIE) if has_request_context() else None
    return Language(chosen) if chosen in set(Language) else None


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """The organisation's OpenID Connect provider; ``login_claim`` is the claim that is an account's login."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    login_claim: str


class Tools:
    """The ports to the world, the language of the request at hand, and who asks.

    ``language`` is the installation's, for readers who chose none; ``oidc`` is the organisation's own
    identity provider, which the sign-in page offers; ``proxies`` is how many reverse proxies of ours stand
    before the server, so that they are believed who asks and by which scheme; ``program`` names the program
    that runs, so that a page that stays open for weeks notices a newer one.
    """

    __slots__ = ("_own_language", "oidc", "principal", "program", "proxies", "store")

    def __init__(
        self,
        store: Store,
        language: Language = Language.ZH,
        principal: Callable[[], Principal] = current_principal,
        *,
        oidc: IdentityProvider | None = None,
        proxies: int = 0,
        program: str = "",
    ) -> None:
        self.store = store
        self._own_language = language
        self.principal = principal
        self.oidc = oidc
        self.proxies = proxies
        self.program = program

    @property
    def language(self) -> Language:
        """The reader's language: ask for it in each request, never when a screen is registered."""
        return asked_language() or self._own_language
