"""Settings: read once from the environment at the edge, frozen, handed on."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from data.oidc_settings import OidcSettings, read_oidc
from data.provider_settings import ProviderSettings, read_provider
from grid.refusals import Refused

_PLAIN_URL = re.compile(r"[A-Za-z]+://[^\s?#@]+", re.ASCII)
_PROXIES = ("0", "1", "2", "3")
_URLS = ("DATABASE_URL", "DATABASE_URL_IMPORTER", "DATABASE_URL_SERVER")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where this installation lives and where it serves.

    ``home`` holds the cluster, its settings and logs; ``database_url`` (the owner's) overrides the embedded
    cluster. ``importer_url`` and ``server_url`` are for the two other roles that log in: without them the
    owner's address is used with their names and no password, as trust, peer or a password file allow.
    ``proxies`` is how many reverse proxies of ours stand before the server: only then is believed what they
    say of a visitor's address, to which kiosks are bound and by which sign-ins are delayed. ``public_url`` is
    the address at which other machines reach us, as links for them need it. ``provider`` is the online
    geocoding provider that a person may have asked by a command; without one nothing is asked of anyone.
    """

    home: Path
    database_url: str | None
    port: int
    importer_url: str | None = None
    server_url: str | None = None
    oidc: OidcSettings | None = None
    proxies: int = 0
    public_url: str | None = None
    provider: ProviderSettings | None = None

    def environment(self) -> dict[str, str]:
        """Return the environment from which a process of ours reads these settings."""
        urls = zip(_URLS, (self.database_url, self.importer_url, self.server_url), strict=True)
        given = {name: url for name, url in urls if url}
        # The provider's secret is not among them: a process inherits it, and the worker need not know it.
        provider = (
            {"OIDC_ISSUER": self.oidc.issuer, "OIDC_CLIENT_ID": self.oidc.client_id} if self.oidc else {}
        )
        own = {"FENGTU_HOME": str(self.home), "PORT": str(self.port), "PROXIES": str(self.proxies)}
        public = {"PUBLIC_URL": self.public_url} if self.public_url else {}
        return own | given | provider | public

    @property
    def cluster_dir(self) -> Path:
        """Folder of the embedded cluster."""
        return self.home / "pg"

    @property
    def counts_dir(self) -> Path:
        """Folder of the columnar copies of the matters."""
        return self.home / "counts"

    @property
    def tile_dir(self) -> Path:
        """Folder of the baked tiles."""
        return self.home / "tiles"

    @property
    def placing_dir(self) -> Path:
        """Folder of the placing tables, by what they were built from."""
        return self.home / "placing"

    @property
    def log_dir(self) -> Path:
        """Folder of the server's logs."""
        return self.home / "log"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read ``FENGTU_HOME``, ``PORT``, ``PROXIES``, ``PUBLIC_URL``, ``DATABASE_URL*``, ``OIDC_*`` and more.

    Raises ``Refused``: ``port_unreadable``, ``proxies_unreadable``, ``public_url_unreadable``, or what
    ``read_oidc`` and ``read_provider`` raise.
    """
    environment = os.environ if environment is None else environment
    port = environment.get("PORT", "8050")
    if not (port.isdigit() and 0 < int(port) < 65536):
        raise Refused("port_unreadable", text=port)
    proxies = environment.get("PROXIES", "0")
    if proxies not in _PROXIES:
        raise Refused("proxies_unreadable", text=proxies)
    return Settings(
        home=Path(environment.get("FENGTU_HOME") or "var").resolve(),
        database_url=environment.get("DATABASE_URL") or None,
        port=int(port),
        importer_url=environment.get("DATABASE_URL_IMPORTER") or None,
        server_url=environment.get("DATABASE_URL_SERVER") or None,
        oidc=read_oidc(environment),
        proxies=int(proxies),
        public_url=read_public_url(environment.get("PUBLIC_URL", "")),
        provider=read_provider(environment),
    )


def read_public_url(text: str) -> str | None:
    """Return a server's outside address without a slash at its end, none for "".

    Raises ``Refused('public_url_unreadable')``.
    """
    if not text:
        return None
    try:
        parts = urlsplit(text)
        is_plain = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_plain = False
    # Screens and cookies stand at the root, so that an address with a path would lead nowhere.
    if not is_plain or parts.path not in {"", "/"} or not _PLAIN_URL.fullmatch(text):
        raise Refused("public_url_unreadable", text=text)
    return text.rstrip("/")
