"""One question to a provider: to the host that the settings name and nowhere else, briefly, and never again.

No redirect is followed, no proxy, cookie or password file of this machine is used, and an answer is read only
as far as one may be long. What goes wrong is an outcome without the address or the key in it.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import math
import socket
import time
from types import ModuleType
from typing import Any
from urllib.parse import quote, urlencode

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from data.provider_settings import LOOPBACK, Provider, ProviderSettings
from data.providers import amap, baidu, tianditu
from data.providers.answers import Answer, Outcome, Unanswered

ADAPTERS: dict[Provider, ModuleType] = {
    Provider.TIANDITU: tianditu,
    Provider.AMAP: amap,
    Provider.BAIDU: baidu,
}
CONNECT_S, READ_S, WHOLE_S = 3.0, 5.0, 10.0
MOST_BYTES = 65_536
_CHUNK = 8192
_TALKATIVE = ("connection", "connectionpool", "poolmanager", "response", "util.retry")
_BLANK = "***"
_STATUS = {401: Outcome.DENIED, 403: Outcome.DENIED, 418: Outcome.DENIED, 429: Outcome.QUOTA}
Raw = dict[str, Any]


class Line:
    """A line to one provider, used for one question after another."""

    def __init__(self, settings: ProviderSettings) -> None:
        self._settings = settings
        self._adapter = ADAPTERS[settings.provider]
        _silence()
        self._session = requests.Session()
        # Neither proxies nor passwords of this machine's environment.
        self._session.trust_env = False
        self._session.adapters.clear()
        self._session.mount(settings.url, _CheckedAdapter(settings))

    def ask(self, text: str, city: str) -> tuple[Answer, Raw]:
        """Return a provider's answer with what it literally said, the key blanked.

        Raises ``Unanswered``.
        """
        asked = self._adapter.parameters(self._settings, text, city)
        body = self._read(self._fetch(urlencode(asked, quote_via=quote)))
        answer: Answer = self._adapter.read(body)
        return answer, body if isinstance(body, dict) else {"answer": body}

    def is_too_long(self, text: str) -> bool:
        """Return whether the provider takes no text so long."""
        return len(text.encode("utf-8", "replace")) > int(self._adapter.LONGEST_BYTES)

    def close(self) -> None:
        """Hang up."""
        self._session.close()

    def _fetch(self, query: str) -> bytes:
        begun = time.monotonic()
        try:
            with self._session.get(
                self._settings.url, params=query, timeout=(CONNECT_S, READ_S), stream=True,
                allow_redirects=False, headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            ) as answer:  # fmt: skip
                _check_status(answer.status_code)
                return _bounded(answer, begun + WHOLE_S)
        except (requests.RequestException, HTTPError, OSError, ValueError):
            # HTTPError: a body read as it comes breaks off in urllib3's own words, not in those of requests.
            # From none: the error quotes the address asked, in which the key stands.
            raise Unanswered(Outcome.UNREACHABLE) from None

    def _read(self, content: bytes) -> object:
        """Return a JSON answer in which nothing stands that a database could not keep, nor the key."""
        try:
            return self._storable(json.loads(content.decode("utf-8", "replace")))
        except (ValueError, RecursionError):
            raise Unanswered(Outcome.UNREADABLE) from None

    def _storable(self, value: Any) -> Any:
        """Return a value without the key, NUL, lone surrogates or numbers that are none."""
        if isinstance(value, dict):
            return {self._storable(str(key)): self._storable(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._storable(each) for each in value]
        if isinstance(value, str):
            for secret in filter(None, (self._settings.key, self._settings.secret)):
                value = value.replace(secret, _BLANK).replace(quote(secret), _BLANK)
            return value.replace("\x00", "").encode("utf-8", "replace").decode()
        return None if isinstance(value, float) and not math.isfinite(value) else value


class _CheckedAdapter(HTTPAdapter):
    """Connects only where the settings allow, by the address that a name really led to."""

    def __init__(self, settings: ProviderSettings) -> None:
        host, official = settings.host, settings.is_official

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return _checked(super()._new_conn(), host, official=official)

        class Encrypted(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return _checked(super()._new_conn(), host, official=official)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class EncryptedPool(HTTPSConnectionPool):
            ConnectionCls = Encrypted

        self._pools = {"http": PlainPool, "https": EncryptedPool}
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pools whose connections are checked."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools


def _silence() -> None:
    """Let urllib3 log nothing: it warns of a faulty head by the whole address, text and key too."""
    for name in _TALKATIVE:
        # Not by a level, which whoever runs the server may set for all or for one.
        logging.getLogger(f"urllib3.{name}").disabled = True


def may_connect(host: str, address: str, *, official: bool) -> bool:
    """Return whether a host's name may lead to an address.

    A provider's own name leads to the internet; a gateway's may lead into the intranet, but neither to this
    machine (unless the settings say so by name) nor to the addresses of a cloud's own services.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    if host in LOOPBACK:
        return found.is_loopback
    if official:
        return found.is_global and not found.is_multicast
    return not (
        found.is_loopback or found.is_link_local or found.is_multicast or found.is_unspecified
        or found.is_reserved
    )  # fmt: skip


def _checked(connection: socket.socket, host: str, *, official: bool) -> socket.socket:
    """Return a connection before anything is sent over it, or hang up."""
    if may_connect(host, connection.getpeername()[0], official=official):
        return connection
    connection.close()
    raise Unanswered(Outcome.FORBIDDEN_HOST)


def _check_status(status: int) -> None:
    if 300 <= status < 400:
        raise Unanswered(Outcome.REDIRECTED)
    if status != 200:
        raise Unanswered(_STATUS.get(status, Outcome.UNREACHABLE))


def _bounded(answer: requests.Response, deadline: float) -> bytes:
    """Return the body of an answer that is neither too long nor too slow."""
    body = bytearray()
    # What has come is taken at once: a body that trickles must not outlast the deadline.
    while chunk := answer.raw.read1(_CHUNK):
        body += chunk
        if len(body) > MOST_BYTES:
            raise Unanswered(Outcome.TOO_LARGE)
        if time.monotonic() > deadline:
            raise Unanswered(Outcome.UNREACHABLE)
    return bytes(body)
