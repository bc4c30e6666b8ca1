"""The organisation's identity provider: OpenID Connect's code flow with PKCE, nonce and a signed ID token."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from callbacks.tools import IdentityProvider
from grid.refusals import Refused

_SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Only with a key of the provider's own: never none, never a shared secret."""
_SECONDS = 10
_LEEWAY_S = 60
_KEPT_S = 600


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that is under way at the provider; its browser keeps it."""

    state: str
    nonce: str
    verifier: str
    wanted: str

    def as_dict(self) -> dict[str, str]:
        """Return it for a cookie."""
        return asdict(self)


class ProviderClient:
    """Speaks with one provider; what it says of itself is kept for some minutes."""

    def __init__(self, provider: IdentityProvider) -> None:
        self._provider = provider
        self._said: tuple[float, dict[str, Any]] | None = None

    def begin(self, redirect_uri: str, wanted: str) -> tuple[str, Pending]:
        """Return where the browser goes to sign in; raises ``Refused``: ``oidc_down``, ``oidc_failed``."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        with _refusing(), self._session(redirect_uri) as session:
            where = self._address("authorization_endpoint")
            url, _ = session.create_authorization_url(where, state=state, nonce=nonce, code_verifier=verifier)
        return str(url), Pending(state, nonce, verifier, wanted)

    def finish(self, redirect_uri: str, code: str, pending: Pending) -> str:
        """Return the login that the provider vouches for.

        Raises ``Refused``: ``oidc_down``, ``oidc_failed``.
        """
        with _refusing(), self._session(redirect_uri) as session:
            token = session.fetch_token(
                self._address("token_endpoint"), code=code, code_verifier=pending.verifier,
                timeout=_SECONDS, allow_redirects=False,
            )  # fmt: skip
            claims = self._claims(token["id_token"], pending.nonce)
        login = claims.get(self._provider.login_claim)
        if not isinstance(login, str):
            raise Refused("oidc_failed")
        return login

    def _claims(self, id_token: str, nonce: str) -> dict[str, Any]:
        """Return the claims of an ID token that the provider signed for us, now and for this sign-in."""
        from joserfc import jwt
        from joserfc.jwk import KeySet

        keys = KeySet.import_key_set(self._fetch(self._address("jwks_uri")))  # type: ignore[arg-type]
        claims: dict[str, Any] = jwt.decode(id_token, keys, algorithms=list(_SIGNATURES)).claims
        jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": self._provider.issuer},
            aud={"essential": True, "value": self._provider.client_id},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(claims)
        if claims.get("azp", self._provider.client_id) != self._provider.client_id:
            raise ValueError("azp")
        return claims

    def _address(self, name: str) -> str:
        address = self._metadata()[name]
        if not isinstance(address, str) or not is_safe(address):
            raise ValueError(name)
        return address

    def _metadata(self) -> dict[str, Any]:
        if self._said is not None and self._said[0] > time.monotonic() - _KEPT_S:
            return self._said[1]
        said = self._fetch(self._provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if said.get("issuer") != self._provider.issuer:
            raise ValueError("issuer")
        self._said = (time.monotonic(), said)
        return said

    def _fetch(self, address: str) -> dict[str, Any]:
        import requests

        answer = requests.get(address, timeout=_SECONDS, allow_redirects=False)
        answer.raise_for_status()
        said = answer.json()
        if not isinstance(said, dict):
            raise TypeError("not an object")
        return said

    def _session(self, redirect_uri: str) -> Any:
        from authlib.integrations.requests_client import OAuth2Session

        provider = self._provider
        return OAuth2Session(
            provider.client_id, provider.client_secret, scope="openid profile", redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )  # fmt: skip


def is_safe(address: str) -> bool:
    """Return whether an address is https, or on this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"}
    )


@contextmanager
def _refusing() -> Iterator[None]:
    """Raise ``Refused`` for whatever a provider may say or fail to say; nothing of it is repeated."""
    import requests
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError

    try:
        yield
    except (requests.ConnectionError, requests.Timeout):
        raise Refused("oidc_down") from None
    except (requests.RequestException, AuthlibBaseError, JoseError, ValueError, KeyError, TypeError):
        raise Refused("oidc_failed") from None
