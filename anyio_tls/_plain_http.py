"""Recognizes a client that speaks HTTP without TLS, so that it can be told."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["PlainHTTPReader"]

MAX_REQUEST: Final = 2**13
"""Maximum size of a request's head in bytes."""

_METHODS: Final = rb"GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH"
_METHOD: Final = re.compile(rb"(?:%s) " % _METHODS)
# An empty line (people who type it end lines with LF alone, RFC 9112 section 2.2), or a first line without a version:
# an HTTP/0.9 request has no more than that.
_END_OF_HEAD: Final = re.compile(rb"\r?\n\r?\n|\A(?![^\n]* HTTP/)[^\n]*\n")
_LONGEST_METHOD: Final = 8
_REQUEST: Final = re.compile(rb"(?:%s) (/[!-~]*) HTTP/1\.[01]\r?\n(?:[^\r\n]+\r?\n)*\r?\n" % _METHODS)
# The location of a redirect comes from the client, so nothing is accepted but a host or an address, and a port.
_HOST: Final = re.compile(
    rb"\nhost:[ \t]*([a-z0-9._-]+(?::\d{1,5})?|\[[0-9a-f:.]+\](?::\d{1,5})?)[ \t]*\r?\n", re.IGNORECASE
)
_HOST_FIELD: Final = re.compile(rb"\nhost:", re.IGNORECASE)

_TEXT: Final = b"This server speaks HTTPS only.\n"
_ANSWER: Final = b"HTTP/1.1 %s\r\n%sContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"


class PlainHTTPReader:
    """Reads the first bytes of a client, until it is known whether they are HTTP, and what to answer.

    :param redirects: whether the answer is a redirect to ``https`` instead of a 400
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
        """Take what the client sent; ``True`` once it is known what it is."""
        received = self._received
        received += data
        if not _METHOD.match(received):
            # TLS is recognized by the first byte, HTTP by the method.
            return bool(received) and (len(received) >= _LONGEST_METHOD or not received[:1].isupper())
        if not _END_OF_HEAD.search(received) and len(received) < MAX_REQUEST:
            return False
        answer = self._answer()
        # What answers HEAD has no content (RFC 9110 section 9.3.2).
        self.answer = answer.removesuffix(_TEXT) if received.startswith(b"HEAD ") else answer
        return True

    def _answer(self) -> bytes:
        request = _REQUEST.match(self._received)
        host = _HOST.search(request[0]) if request and self._redirects else None
        # Two of them are a 400 (RFC 9112 section 3.2).
        if request is None or host is None or len(_HOST_FIELD.findall(request[0])) != 1:
            return _ANSWER % (b"400 Bad Request", b"", len(_TEXT), _TEXT)
        location = b"Location: https://%s%s\r\n" % (host[1], request[1])
        return _ANSWER % (b"308 Permanent Redirect", location, len(_TEXT), _TEXT)
