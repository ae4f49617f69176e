#!/bin/bash
# aiosipua: answers over TCP find no connection, a line break in front of a message costs the message, and a space before the colon its body.
#
# Versions: aiosipua 0.7.1 (PyPI), Python 3.11.
# Expected: RFC 3261, section 18.2.2: over a reliable transport an answer goes back on the connection that the request came on, whatever the Via says.
#   Section 7.5: line breaks before a start line MUST be ignored in streams (they are the keep-alives of RFC 5626, section 4.4.1). Section 25.1, HCOLON:
#   blanks are allowed before a header's colon. Section 7.3.3 and RFC 6665: "o" is the short form of Event.
# Seen: send_reply() looks for a connection to the Via's host and port, and raises "No TCP connection to ('127.0.0.1', 5060)": a client's port is another.
#   With "rport", which is for UDP, it works. "\r\n" before a request: "Missing start line" in the log, and the request is gone; a keep-alive of two is
#   logged as a broken message. After "Content-Length : 5" the body is read as the next message. get_header("event") is None for "o: ".
# Why it matters: phones and proxies over TCP or TLS send no rport, so that a call is not answered. Answer with send(response, address) of the callback.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check aiosipua==0.7.1

cat > find.py <<'PY'
import asyncio
import logging
import sys

from aiosipua import SipResponse
from aiosipua.transport import TcpSipTransport

failures = []


class Handler(logging.Handler):
    def emit(self, record):
        if record.exc_info:
            failures.append(str(record.exc_info[1]))


logging.getLogger("aiosipua").addHandler(Handler())
logging.getLogger("aiosipua").propagate = False


def request(*headers, via="SIP/2.0/TCP 127.0.0.1:5060;branch=z9hG4bK1", body=b""):
    lines = ["OPTIONS sip:you@example.org SIP/2.0", f"Via: {via}", "From: <sip:me@example.org>;tag=1", "To: <sip:you@example.org>"]
    lines += ["Call-ID: 1", "CSeq: 1 OPTIONS", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


async def talk(data):
    """What the transport makes of the data: requests with their bodies and Event, errors of the answers, and failures logged."""
    seen, errors = [], []
    failures.clear()

    def answer(message, address):
        seen.append((message.method, message.body, message.get_header("event")))
        response = SipResponse(status_code=200, reason_phrase="OK")
        response.via = message.via
        try:
            transport.send_reply(response)
        except RuntimeError as error:
            errors.append(str(error))

    transport = TcpSipTransport(local_addr=("127.0.0.1", 0), on_message=answer)
    await transport.start()
    port = transport._server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    try:
        line = await asyncio.wait_for(reader.readline(), 1)
    except TimeoutError:
        line = b""
    writer.close()
    await asyncio.sleep(0.2)
    await transport.stop()
    return seen, errors, line, list(failures)


async def main():
    empty = "Content-Length: 0"
    return {
        "plain": await talk(request(empty)),
        "rport": await talk(request(empty, via="SIP/2.0/TCP 127.0.0.1:5060;rport;branch=z9hG4bK1")),
        "line break": await talk(b"\r\n" + request(empty)),
        "keep-alive": await talk(b"\r\n\r\n"),
        "blank": await talk(request("Content-Length : 5", "o: presence", body=b"hello")),
    }


seen = asyncio.run(main())
for name, result in seen.items():
    print(f"{name}: requests {result[0]}, errors {result[1]}, answer {result[2]}, logged {result[3]}")
lost = "No TCP connection to ('127.0.0.1', 5060)"
same = seen["plain"] == ([("OPTIONS", b"", None)], [lost], b"", [])
same = same and seen["rport"][1:3] == ([], b"SIP/2.0 200 OK\r\n")
same = same and seen["line break"] == ([], [], b"", ["Missing start line"])
same = same and seen["keep-alive"] == ([], [], b"", ["Missing start line"])
same = same and seen["blank"][0] == [("OPTIONS", b"", None)]
sys.exit(not same)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
