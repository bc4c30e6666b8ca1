"""A geocoder on this machine that answers as it is told to: real HTTP, and faults on demand."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class LoopbackGeocoder:
    """Answers with ``body`` (JSON, or bytes as they are) and ``status``; remembers what it was asked.

    Where ``reply`` is set, its bytes are the whole answer, head and all, and the line stays open ``hold_s``.
    """

    def __init__(self) -> None:
        self.body: Any = {}
        self.status = 200
        self.headers: dict[str, str] = {}
        self.delay_s = 0.0
        self.trickle_s = 0.0
        self.reply = b""
        self.hold_s = 0.0
        self.asked: list[dict[str, str]] = []
        self.lines: list[str] = []
        self.came: list[dict[str, str]] = []
        geocoder = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                geocoder.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/geo"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, asked: BaseHTTPRequestHandler) -> None:
        query = parse_qs(urlsplit(asked.path).query, keep_blank_values=True)
        self.asked.append({name: values[0] for name, values in query.items()})
        self.lines.append(asked.path)
        self.came.append(dict(asked.headers))
        time.sleep(self.delay_s)
        if self.reply:
            asked.wfile.write(self.reply)
            time.sleep(self.hold_s)
            return
        content = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        try:
            asked.send_response(self.status)
            for name, value in self.headers.items():
                asked.send_header(name, value)
            asked.send_header("Content-Length", str(len(content)))
            asked.end_headers()
            for at in range(0, len(content), 1 if self.trickle_s else len(content) or 1):
                asked.wfile.write(content[at : at + 1] if self.trickle_s else content)
                asked.wfile.flush()
                time.sleep(self.trickle_s)
        except OSError:
            pass

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
