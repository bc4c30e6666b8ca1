"""Settings of the organisation's identity provider: all of them, or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from grid.refusals import Refused

_LOGIN_CLAIM = "preferred_username"


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """An OpenID Connect provider; ``login_claim`` is the claim that holds an account's login."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    login_claim: str = _LOGIN_CLAIM


def read_oidc(environment: Mapping[str, str]) -> OidcSettings | None:
    """Read ``OIDC_ISSUER``, ``OIDC_CLIENT_ID``, ``OIDC_CLIENT_SECRET`` (or ``_FILE``), ``OIDC_LOGIN_CLAIM``.

    Raises ``Refused``: ``oidc_incomplete``, ``oidc_issuer_unreadable``, ``oidc_secret_unreadable``.
    """
    issuer, client_id = environment.get("OIDC_ISSUER", ""), environment.get("OIDC_CLIENT_ID", "")
    secret = environment.get("OIDC_CLIENT_SECRET", "") or _read_secret(environment)
    if not (issuer or client_id or secret):
        return None
    if not (issuer and client_id and secret):
        raise Refused("oidc_incomplete")
    _check_issuer(issuer)
    return OidcSettings(issuer, client_id, secret, environment.get("OIDC_LOGIN_CLAIM") or _LOGIN_CLAIM)


def _read_secret(environment: Mapping[str, str]) -> str:
    file = environment.get("OIDC_CLIENT_SECRET_FILE")
    if not file:
        return ""
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise Refused("oidc_secret_unreadable") from None


def _check_issuer(issuer: str) -> None:
    try:
        parts = urlsplit(issuer)
    except ValueError:
        raise Refused("oidc_issuer_unreadable") from None
    is_here = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"}
    if not parts.hostname or parts.query or parts.fragment or not (parts.scheme == "https" or is_here):
        raise Refused("oidc_issuer_unreadable")
