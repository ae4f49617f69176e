#!/bin/bash
# gelf, a logging handler for Graylog over TCP: its messages end with a line break instead of the zero octet, are compressed where nothing may be,
# and messages of a level of one's own are lost.
#
# Versions: gelf 0.0.3 and, with the same gap in levels, gelf-formatter 1.0.0 (PyPI), Python 3.11.
# Expected: Graylog's documentation of GELF: over TCP, and TLS, "the null byte (\0)" is the frame delimiter, and "GELF TCP does not support
#   compression due to the use of the null byte (\0) as frame delimiter". Names of additional fields begin with "_". Python's logging HOWTO allows
#   levels of one's own.
# Seen: three messages come as three lines without any zero octet, and so are one message without an end for the input. With compress=True each is a
#   stream of zlib with a line break behind it, and some have zero octets and line breaks inside. There is a field "logger" without "_". A message
#   of level 25 ("notice") raises KeyError: 25 inside the handler, which logging prints to the error output, and is not sent; gelf-formatter, too.
# Why it matters: a TCP input of Graylog with its settings as they are shows nothing until the connection ends. Set the input's frame delimiter to
#   line breaks, or take a handler that writes the zero octet, and keep to Python's five levels.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check gelf==0.0.3 gelf-formatter==1.0.0

cat > find.py <<'PY'
import contextlib
import io
import json
import logging
import socket
import sys
import zlib

from gelf.handler import GELFHandlerTCP
from gelfformatter import GelfFormatter

logger = logging.getLogger("shop")
logger.setLevel(logging.INFO)
logger.propagate = False
logging.addLevelName(25, "NOTICE")


def send(**options):
    """What arrives of three messages, the second of which has a level of its own, and what is said on the error output."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(20)
        handler = GELFHandlerTCP("127.0.0.1", listener.getsockname()[1], service="example", **options)
        logger.addHandler(handler)
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors):
            logger.info("one")
            logger.log(25, "two")
            logger.info("three")
        logger.removeHandler(handler)
        handler.close()
        with listener.accept()[0] as peer:
            peer.settimeout(20)
            data = b""
            while more := peer.recv(65536):
                data += more
    return data, errors.getvalue()


plain, errors = send()
lines = [json.loads(line) for line in plain.splitlines()]
squeezed, _ = send(compress=True)
first = zlib.decompressobj()
text = first.decompress(squeezed)
error = errors.strip().splitlines()
print(f"{plain.count(bytes(1))} zero octets, {[line['short_message'] for line in lines]}, fields {[key for key in lines[0] if key[0] != '_']}")
print(f"compressed: {squeezed[:2].hex()}..., {len(text)} octets of JSON, then {first.unused_data[:3]}")
print("errors:", [line for line in error if "KeyError" in line])
record = logging.makeLogRecord({"name": "shop", "levelno": 25, "levelname": "NOTICE", "msg": "two"})
try:
    other = GelfFormatter().format(record)
except KeyError as problem:
    other = f"KeyError: {problem}"
print(f"gelf-formatter: {other}")
same = b"\0" not in plain and [line["short_message"] for line in lines] == ["one", "three"] and "logger" in lines[0]
same = same and "KeyError: 25" in error and other == "KeyError: 25"
sys.exit(not same or json.loads(text)["short_message"] != "one" or first.unused_data[:2] != b"\n\x78")
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
