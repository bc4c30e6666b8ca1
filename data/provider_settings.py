"""Settings of an online geocoding provider: none unless an administrator names one and its key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from grid.refusals import Refused

DAILY_QUESTIONS = 1000
_MOST_DAILY = 1_000_000
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Provider(StrEnum):
    """The providers that there are adapters for."""

    TIANDITU = "tianditu"
    AMAP = "amap"
    BAIDU = "baidu"


OFFICIAL = {
    Provider.TIANDITU: "https://api.tianditu.gov.cn/geocoder",
    Provider.AMAP: "https://restapi.amap.com/v3/geocode/geo",
    Provider.BAIDU: "https://api.map.baidu.com/geocoding/v3/",
}
"""Where each provider answers. No other host is ever asked, but for one that the settings name."""


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """Which provider is asked, where, and how often a day.

    ``secret`` signs the questions where the provider's console demands it (高德 数字签名, 百度 sn).
    """

    provider: Provider
    key: str = field(repr=False)
    url: str
    daily: int = DAILY_QUESTIONS
    secret: str = field(default="", repr=False)

    @property
    def host(self) -> str:
        """The host that is asked."""
        return urlsplit(self.url).hostname or ""

    @property
    def is_official(self) -> bool:
        """Whether the provider itself is asked, and no gateway of the city's."""
        return self.url == OFFICIAL[self.provider]


def read_provider(environment: Mapping[str, str]) -> ProviderSettings | None:
    """Read ``FENGTU_PROVIDER`` with ``_KEY``, ``_SECRET`` (or each with ``_FILE``), ``_URL`` and ``_DAILY``.

    Without ``FENGTU_PROVIDER`` nothing is asked. Raises ``Refused``: ``provider_unknown``,
    ``provider_key_missing``, ``provider_key_unreadable``, ``provider_url_unreadable``,
    ``provider_daily_unreadable``.
    """
    name = environment.get("FENGTU_PROVIDER", "").strip().lower()
    if not name:
        return None
    if name not in set(Provider):
        raise Refused("provider_unknown", name=name[:30], known=", ".join(Provider))
    provider = Provider(name)
    key = _read_secret(environment, "FENGTU_PROVIDER_KEY")
    if not key:
        raise Refused("provider_key_missing")
    url = environment.get("FENGTU_PROVIDER_URL") or OFFICIAL[provider]
    _check_url(url)
    daily = environment.get("FENGTU_PROVIDER_DAILY") or str(DAILY_QUESTIONS)
    if not (daily.isascii() and daily.isdigit() and int(daily[:9]) <= _MOST_DAILY):
        raise Refused("provider_daily_unreadable", text=daily[:20], most=_MOST_DAILY)
    secret = _read_secret(environment, "FENGTU_PROVIDER_SECRET")
    return ProviderSettings(provider, key, url, int(daily[:9]), secret)


def _read_secret(environment: Mapping[str, str], name: str) -> str:
    """Return a secret; what is wrong with it never quotes it."""
    secret, file = environment.get(name, ""), environment.get(f"{name}_FILE")
    if not secret and file:
        try:
            secret = Path(file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise Refused("provider_key_unreadable") from None
    secret = secret.strip()
    if not (secret.isascii() and secret.isprintable() and len(secret) <= 200 and " " not in secret):
        raise Refused("provider_key_unreadable")
    return secret


def _check_url(url: str) -> None:
    """Take https only, or http on this machine; nothing that hides where a question goes."""
    try:
        parts = urlsplit(url)
        is_here = parts.hostname in LOOPBACK
        plain = parts.port != 0 and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        raise Refused("provider_url_unreadable") from None
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_here)
    clean = url.isascii() and url.isprintable() and not {" ", "\\", "?", "#"} & set(url)
    if not (safe and plain and clean):
        raise Refused("provider_url_unreadable")
