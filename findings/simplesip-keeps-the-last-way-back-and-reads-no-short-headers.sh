#!/bin/bash
# simplesip: to a call that comes through a proxy it answers with the last Via only, without Record-Route, and to one with short header
# names without any of them.
#
# Versions: simplesip 0.1.5 (PyPI), Python 3.11.
# Expected: RFC 3261, section 8.2.6.2: "The Via header field values in the response MUST equal the Via header field values in the request
#   and MUST maintain the same ordering." Section 12.1.1: a response that makes a dialog copies all Record-Route values. Section 7.3.3: a
#   header may have its short name, "v" for Via, "f", "t" and "i" for From, To and Call-ID, and "Implementations MUST accept both the long
#   and short forms of each header name". Section 8.2.6.2 also: To gets a tag in every response but 100.
# Seen: for an INVITE with the Via of a proxy, above the Via of the caller, and a Record-Route, the 180 has the Via of the caller, no
#   Record-Route and no tag in To. For the same INVITE with v, f, t and i, Via, From, To and Call-ID of the 180 are empty. The 200 has a
#   tag, and one Via too.
# Why it matters: a response goes to the topmost Via, and that is the proxy: it drops what does not have its own Via on top, the caller
#   hears nothing, and the call is not set up.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check simplesip==0.1.5

cat > find.py <<'PY'
import logging
import sys

from simplesip.client import SimpleSIPClient

LONG = (
    "INVITE sip:jo@192.0.2.9 SIP/2.0\r\n"
    "Via: SIP/2.0/UDP proxy.example.org;branch=z9hG4bK2\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\r\n"
    "Record-Route: <sip:proxy.example.org;lr>\r\nFrom: <sip:sam@example.org>;tag=1\r\nTo: <sip:jo@example.org>\r\n"
    "Call-ID: a@example.org\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
)
SHORT = LONG.replace("Via:", "v:").replace("From:", "f:").replace("To:", "t:").replace("Call-ID:", "i:").replace("Content-Length:", "l:")


def response(request, status, reason):
    client = SimpleSIPClient("jo", "secret", "127.0.0.1")
    sent = []
    client._send_message = sent.append
    client._send_response(client._parse_sip_message(request), status, reason)
    return sent[0].split("\r\n")[1:5]


logging.disable(logging.CRITICAL)
ringing, ok, short = response(LONG, 180, "Ringing"), response(LONG, 200, "OK"), response(SHORT, 180, "Ringing")
for name, lines in (("180", ringing), ("200", ok), ("180 to short names", short)):
    print(f"{name}: {lines}")
via = "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1"
sys.exit(
    ringing != [via, "From: <sip:sam@example.org>;tag=1", "To: <sip:jo@example.org>", "Call-ID: a@example.org"]
    or ok[0] != via
    or "tag=" not in ok[2]
    or short != ["Via: ", "From: ", "To: ", "Call-ID: "]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
