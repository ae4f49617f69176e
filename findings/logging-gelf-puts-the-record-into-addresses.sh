#!/bin/bash
# logging-gelf: a message with "%20s" in it, as in the address /my%20site, is sent with the whole log record in the middle of the address.
#
# Versions: logging-gelf 0.0.32 (PyPI), Python 3.11.
# Expected: Python's logging documentation, LogRecord.getMessage(): the message is msg with its arguments merged in, once; without arguments msg is
#   taken as it is. GELF's "short_message" is that message. RFC 3986, section 2.1: "%20" is an ordinary part of an address.
# Seen: the formatter merges the finished message with the record's own attributes once more. "/my%20site" becomes "/my{'name': 'web', 'msg': ...,
#   ...}ite" with all attributes; so does "%20a" and "%20r". "100%% sure", logged without arguments, loses a sign. logging.Formatter leaves all of
#   them alone.
# Why it matters: access logs are full of such addresses, and what arrives in Graylog is neither the address nor short. Subclass GELFFormatter with
#   a get_record_message() that returns record.getMessage().
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check logging-gelf==0.0.32

cat > find.py <<'PY'
import json
import logging
import socket
import sys

from logging_gelf.formatters import GELFFormatter
from logging_gelf.handlers import GELFTCPSocketHandler

listener = socket.create_server(("127.0.0.1", 0))
listener.settimeout(20)
logger = logging.getLogger("web")
logger.setLevel(logging.INFO)
logger.propagate = False
handler = GELFTCPSocketHandler("127.0.0.1", listener.getsockname()[1])
handler.setFormatter(GELFFormatter(null_character=True))
logger.addHandler(handler)
cases = [("GET /site",), ("GET %s from %s", "/my%20site", "192.0.2.1"), ("100%% sure",), ("GET /my%20page",)]
for case in cases:
    logger.info(*case)
handler.close()
with listener.accept()[0] as peer:
    peer.settimeout(20)
    data = b""
    while more := peer.recv(65536):
        data += more
received = [json.loads(part)["short_message"] for part in data.split(b"\0") if part.strip()]
usual = [logging.makeLogRecord({"msg": case[0], "args": case[1:]}).getMessage() for case in cases]
for one, other in zip(usual, received):
    print(f"{one!r} -> {other!r}")
same = received[0] == usual[0] and received[1].startswith("GET /my{'name': 'web', 'msg': ") and received[1].endswith("}ite from 192.0.2.1")
same = same and received[2:] == ["100% sure", "GET /my%20page"]
sys.exit(not same or usual[1:] != ["GET /my%20site from 192.0.2.1", "100%% sure", "GET /my%20page"])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
