"""Loopback web servers: one for each door, each a function from a request to a response."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from infra.local.requests import LARGEST_BODY, Request, Response, refused, split_target

logger = logging.getLogger(__name__)
Answer = Callable[[Request], Response]
_LOCAL_NAMES = {"localhost", "127.0.0.1", "[::1]"}


class PortTaken(Exception):
    """Something else listens there; the message says how to choose another port."""


@contextmanager
def door(port: int, answer: Answer, option: str, *, largest: int = LARGEST_BODY) -> Iterator[int]:
    """Serve on 127.0.0.1 within the block; yields the port (0 asks for a free one). Raises PortTaken.

    `option` is the command's option for this port, for the message; `largest` is what a body may have, in bytes.
    """
    handler = type("Handler", (_Handler,), {"answer": staticmethod(answer), "largest": largest})
    try:
        server = _Server(("127.0.0.1", port), handler)
    except OSError:
        raise PortTaken(f"port {port} is taken: stop what listens there, or choose another with {option} N") from None
    thread = threading.Thread(target=server.serve_forever, name=f"door {port}", daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        logger.warning("a request broke off", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answer: Answer
    largest: int

    def _serve(self) -> None:
        response = self._asked()
        self.send_response_only(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        for cookie in response.cookies:
            self.send_header("set-cookie", cookie)
        if response.status != 204:
            self.send_header("content-length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _serve  # noqa: N815

    def _asked(self) -> Response:
        host = self.headers.get("host", "").rsplit(":", 1)[0]
        if host not in _LOCAL_NAMES:
            # A page elsewhere could point a name of its own at 127.0.0.1 and read what stands here
            self.close_connection = True
            return refused(421, "This is a local door: ask for localhost")
        if "transfer-encoding" in self.headers:
            self.close_connection = True
            return refused(411, "Length Required")
        length = int(self.headers.get("content-length") or 0)
        if length > self.largest:
            self.close_connection = True
            return refused(413, "Request Entity Too Large")
        path, query = split_target(self.path)
        return type(self).answer(
            Request(
                method=self.command,
                path=path,
                query=query,
                headers=tuple(self.headers.items()),
                body=self.rfile.read(length),
                source_ip=str(self.client_address[0]),
            )
        )

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a path may hold a link's token (bar A7)."""
