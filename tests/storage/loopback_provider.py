"""A small OpenID Connect provider on this machine: real HTTP, a real key, and faults on demand."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, CLIENT_SECRET = "fengtu", "canary-client-secret"
KEY, FOREIGN_KEY = (RSAKey.generate_key(2048, {"kid": "one"}) for _ in range(2))
Claims = dict[str, Any]


class LoopbackProvider:
    """Signs in ``login`` without asking; ``spoil`` changes the claims and ``sign`` makes the ID token."""

    def __init__(self) -> None:
        self.login: object = "leader-1"
        self.spoil: Callable[[Claims], Claims] = lambda claims: claims
        self.sign: Callable[[Claims], str] = lambda claims: jwt.encode(
            {"alg": "RS256", "kid": "one"}, claims, KEY
        )
        self.metadata: dict[str, str] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.get(self)

            def do_POST(self) -> None:
                provider.post(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def get(self, asked: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(asked.path)
        self.asked.append(parts.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            addresses = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            said = {name: f"{self.issuer}/{path}" for name, path in addresses.items()}
            _answer(asked, 200, {"issuer": self.issuer} | said | self.metadata)
        elif parts.path == "/keys":
            _answer(asked, 200, {"keys": [KEY.as_dict(private=False)]})
        elif parts.path == "/authorize":
            code = secrets.token_urlsafe(16)
            self.codes[code] = query
            asked.send_response(302)
            asked.send_header(
                "Location", query["redirect_uri"] + "?" + urlencode({"code": code, "state": query["state"]})
            )
            asked.end_headers()
        else:
            _answer(asked, 404, {})

    def post(self, asked: BaseHTTPRequestHandler) -> None:
        body = asked.rfile.read(int(asked.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        begun = self.codes.pop(form.get("code", ""), None)
        secret = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (
            begun is None
            or asked.headers.get("Authorization") != f"Basic {secret}"
            or begun.get("code_challenge_method") != "S256"
            or begun.get("code_challenge") != challenge.rstrip(b"=").decode()
            or form.get("redirect_uri") != begun["redirect_uri"]
        ):
            _answer(asked, 400, {"error": "invalid_grant"})
            return
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "s-1", "nonce": begun["nonce"], "iat": now,
            "exp": now + 300, "preferred_username": self.login,
        }  # fmt: skip
        token = self.sign(self.spoil(claims))
        _answer(asked, 200, {"access_token": "a", "token_type": "Bearer", "id_token": token})


def unsigned(claims: Claims) -> str:
    """Return a token of ``alg: none``."""
    parts = (json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, claims))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


def _answer(asked: BaseHTTPRequestHandler, status: int, body: object) -> None:
    content = json.dumps(body).encode()
    asked.send_response(status)
    asked.send_header("Content-Type", "application/json")
    asked.send_header("Content-Length", str(len(content)))
    asked.end_headers()
    asked.wfile.write(content)
