#!/bin/bash
# aiosyslogd: structured data with an escaped bracket is cut there, and the rest of it is stored as the message; a device with an IPv6 address has
# its whole line stored as the message of nobody.
#
# Versions: aiosyslogd 1.5.0 (PyPI), Python 3.11.
# Expected: RFC 5424, section 6.3.3: in a parameter's value '"', "\" and "]" are escaped with "\", and only an unescaped "]" ends the element. RFC
#   3164, section 4.1.2: HOSTNAME is the name of the host or its "IPv4 or IPv6 address".
# Seen: for '[app@32473 path="a[0\] b" user="jo"] saved' the stored message is 'b" user="jo"] saved'. Without the escape it is "saved". The old
#   format from 192.0.2.1 is taken apart; from 2001:db8::1 the program is "UNKNOWN", the time that of arrival, and the message the whole line with
#   its priority.
# Why it matters: searches for a message or a program do not find it, and messages begin in the middle of data, for every log with a list's index in
#   it or from a network with IPv6. Read FromHost and the text oneself, or let rsyslog convert before.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check aiosyslogd==1.5.0

cat > find.py <<'PY'
import datetime
import sys
import types

from aiosyslogd.priority import SyslogMatrix
from aiosyslogd.server import SyslogUDPServer

NOW = datetime.datetime(2026, 11, 30, tzinfo=datetime.timezone.utc)
# All that the method uses of the server.
server = types.SimpleNamespace(syslog_matrix=SyslogMatrix())


def store(text):
    row = SyslogUDPServer.process_datagram(server, text.encode(), ("192.0.2.9", 514), NOW)
    result = row["FromHost"], row["SysLogTag"], row["DeviceReportedTime"] == NOW, row["Message"]
    print(f"{text} -> {result}")
    return result


head = "<165>1 2026-10-11T22:14:15.003Z host.example.org app 12 ID47"
seen = [
    store(head + ' [app@32473 path="a[0" user="jo"] saved'),
    store(head + ' [app@32473 path="a[0\\] b" user="jo"] saved'),
    store("<165>Oct 11 22:14:15 192.0.2.1 su: failed"),
    store("<165>Oct 11 22:14:15 2001:db8::1 su: failed"),
]
name = "host.example.org"
right = [
    (name, "app", False, "saved"),
    (name, "app", False, 'b" user="jo"] saved'),
    ("192.0.2.1", "su", False, "failed"),
    ("192.0.2.9", "UNKNOWN", True, "<165>Oct 11 22:14:15 2001:db8::1 su: failed"),
]
sys.exit(seen != right)
PY
timeout 60 venv/bin/python find.py 2>/dev/null || { echo "CHANGED: see above"; exit 1; }
