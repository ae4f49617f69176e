#!/bin/bash
# h1parser: a request whose URL has a colon, as every CONNECT and every request to a proxy has, is none, and "HTTP/1.1 200 " has the status 0.
#
# Versions: h1parser 0.1, h11 0.16.0 as the other parser (PyPI), Python 3.11.
# Expected: RFC 9112, section 3.2: a request's target may be a whole URL, as it is for proxies, or host and port, as it is for CONNECT; in a path,
#   RFC 3986, section 3.3, allows a colon. Section 4: status-line = HTTP-version SP status-code SP [ reason-phrase ]. RFC 9110, section 5.3: several
#   lines of Set-Cookie cannot be put into one, since commas are part of their values. The package's README: "Support parsing both the request and
#   response headers", and "modify headers with exclude(), remove(), append(), save()".
# Seen: of "CONNECT example.com:443 HTTP/1.1", "GET http://example.com/ HTTP/1.1" and "GET /at/12:30 HTTP/1.1" is_request is False, there is no method and
#   no URL, but a header by the name of "connect example.com". Without a reason phrase the status is 0 and the response not valid. getlist() of two
#   cookies, one of which expires on a Wednesday, has three. remove(b"set-cookie") leaves the second of them. h11 reads all six lines.
# Why it matters: a tunnel or a proxy cannot be built on it, and which pages of a site can be had depends on their names. A server may leave the
#   reason out, and what is meant to be removed from a response is sent on.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check h1parser==0.1 h11==0.16.0

cat > find.py <<'PY'
import sys

import h11
from h1parser import ParseHeader

COOKIES = b"Set-Cookie: a=1; Expires=Wed, 09 Jun 2100 10:18:14 GMT\r\nSet-Cookie: b=2\r\n"


def by_h1parser(head):
    parsed = ParseHeader(head)
    if parsed.getstatus() is not None:
        return parsed.getstatus()
    return (bytes(parsed.getmethod()), bytes(parsed.geturl())) if parsed.is_valid_request else sorted(parsed.headers)


def by_h11(head):
    connection = h11.Connection(h11.CLIENT if head.startswith(b"HTTP/") else h11.SERVER)
    if connection.our_role is h11.CLIENT:
        connection.send(h11.Request(method="GET", target="/", headers=[("Host", "example.com")]))
    connection.receive_data(head)
    event = connection.next_event()
    return event.status_code if isinstance(event, h11.Response) else (event.method, event.target)


EXPECTED = {
    "GET /at/noon HTTP/1.1": (b"GET", b"/at/noon"),
    "GET /at/12:30 HTTP/1.1": [b"get /at/12", b"host"],
    "GET http://example.com/ HTTP/1.1": [b"get http", b"host"],
    "CONNECT example.com:443 HTTP/1.1": [b"connect example.com", b"host"],
    "HTTP/1.1 200 OK": 200,
    "HTTP/1.1 200 ": 0,
}
as_stated = True
for line, expected in EXPECTED.items():
    head = f"{line}\r\nHost: example.com\r\n\r\n".encode()
    seen, other = by_h1parser(head), by_h11(head)
    print(f"{line!r}: h1parser {seen}, h11 {other}")
    as_stated &= seen == expected and other == (200 if line.startswith("HTTP/") else tuple(line.encode().split()[:2]))
parsed = ParseHeader(b"HTTP/1.1 200 OK\r\n" + COOKIES + b"\r\n")
cookies = [bytes(cookie) for cookie in parsed.headers.getlist(b"set-cookie")]
rest = bytes(parsed.remove(b"set-cookie").save())
print(f"two cookies: {cookies}\nwithout them: {rest}")
as_stated &= cookies == [b"a=1; Expires=Wed", b"09 Jun 2100 10:18:14 GMT", b"b=2"]
as_stated &= rest == b"HTTP/1.1 200 OK\r\nset-cookie: b=2\r\n\r\n"
sys.exit(not as_stated)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
