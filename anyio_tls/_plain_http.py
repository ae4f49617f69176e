"""A client that speaks HTTP without TLS to a server that speaks it only with: it can be told so."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["PlainHTTPReader"]

MAX_REQUEST: Final = 2**13
"""Bytes of a request that are waited for, to find its end."""

_METHODS: Final = rb"GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH"
_METHOD: Final = re.compile(rb"(?:%s) " % _METHODS)
_LONGEST_METHOD: Final = 8
_REQUEST: Final = re.compile(rb"(?:%s) (/[!-~]*) HTTP/1\.[01]\r?\n(?:[^\r\n]+\r?\n)*\r?\n" % _METHODS)
# What a redirection is made of comes from the client, so it is nothing but a host, or an address, and a port.
_HOST: Final = re.compile(
    rb"\nhost:[ \t]*([a-z0-9.-]+(?::\d{1,5})?|\[[0-9a-f:.]+\](?::\d{1,5})?)[ \t]*\r?\n", re.IGNORECASE
)

_TEXT: Final = b"This server speaks HTTPS only.\n"
_ANSWER: Final = b"HTTP/1.1 %s\r\n%sContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"


class PlainHTTPReader:
    """Reads what a client begins with, as far as it takes to tell whether that is HTTP, and what to answer.

    :param redirects: whether the answer leads to the same place with ``https``, instead of being a 400
    """

    def __init__(self, *, redirects: bool) -> None:
        self._redirects = redirects
        self._received = bytearray()
        self.answer = b""
        """What to send, if it is HTTP."""

    @property
    def received(self) -> bytes:
        """All that was fed."""
        return bytes(self._received)

    def feed(self, data: bytes) -> bool:
        """Take what the client sent; ``True`` when it is known what it is."""
        received = self._received
        received += data
        if not _METHOD.match(received):
            # The first byte tells it of TLS, and a word tells it of HTTP.
            return bool(received) and (len(received) >= _LONGEST_METHOD or not received[:1].isupper())
        if b"\r\n\r\n" not in received and len(received) < MAX_REQUEST:
            return False
        self.answer = self._answer()
        return True

    def _answer(self) -> bytes:
        request = _REQUEST.match(self._received)
        host = _HOST.search(request[0]) if request and self._redirects else None
        if request is None or host is None:
            return _ANSWER % (b"400 Bad Request", b"", len(_TEXT), _TEXT)
        location = b"Location: https://%s%s\r\n" % (host[1], request[1])
        return _ANSWER % (b"308 Permanent Redirect", location, len(_TEXT), _TEXT)
