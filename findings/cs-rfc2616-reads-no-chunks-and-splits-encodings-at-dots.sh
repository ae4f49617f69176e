#!/bin/bash
# cs-rfc2616, for HTTP: "gzip, deflate" is one encoding, one of the three forms of a date is never understood, and a chunked body cannot be read at
# all.
#
# Versions: cs-rfc2616 20260531 (PyPI), Python 3.11 (email.utils and http.client to compare with).
# Expected: RFC 2616, section 14.11: Content-Encoding is a list with commas. Section 3.3.1: all three forms of a date must be accepted, the third
#   being "Sun Nov 6 08:49:37 1994" (two blanks before the day), which has no comma. Section 3.6.1: all HTTP/1.1 applications must be able to
#   receive the chunked coding; the value of a chunk-extension is optional.
# Seen: content_encodings() of "deflate, gzip" is ['deflate, gzip'], since it splits at dots. datetime_from_http_date() raises ValueError for the
#   third form; it wants a comma. read_chunked() and pass_chunked() end with NameError: name 'read_length' is not defined, at the first chunk.
#   "5;last" as a chunk's line raises ValueError.
# Why it matters: no answer of unknown length comes through, a body in two encodings cannot be decoded, and an old server's Last-Modified ends the
#   handling of its answer.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check cs-rfc2616==20260531

cat > find.py <<'PY'
import email.utils
import http.client
import io
import sys

from cs import rfc2616


def result(function, *args):
    try:
        return function(*args)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


encodings = rfc2616.content_encodings({"content-encoding": "deflate, gzip"})
print("deflate, gzip:", encodings)
dates = {}
for text in ("Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"):
    dates[text] = str(result(rfc2616.datetime_from_http_date, text))
    print(f"{text}: email.utils {email.utils.parsedate(text)[:6]}; cs-rfc2616 {dates[text]}")
CHUNKED = b"5\r\nhello\r\n0\r\n\r\n"
chunked = result(lambda: b"".join(rfc2616.read_chunked(io.BytesIO(CHUNKED))))


class Connection:
    def makefile(self, mode):
        return io.BytesIO(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKED)


response = http.client.HTTPResponse(Connection())
response.begin()
print("a chunked body: http.client", response.read(), "- cs-rfc2616", chunked)
extension = result(rfc2616.parse_chunk_line1, b"5;last\r\n")
print("5;last:", extension)
*right, third = dates.values()
as_stated = encodings == ["deflate, gzip"] and set(right) == {"1994-11-06 08:49:37+00:00"} and third.startswith("ValueError")
sys.exit(not as_stated or chunked != "NameError: name 'read_length' is not defined" or not extension.startswith("ValueError"))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
