#!/bin/bash
# robust-syslog-wrap: what a command prints is sent as from UUCP instead of user, and the wrapper ends with an error, five seconds late,
#   though all went well.
#
# Versions: robust-syslog-wrap 1.1.1 (PyPI), Python 3.11; a syslog server of the script's.
# Expected: RFC 5424, section 6.2.1, and RFC 3164, section 4.1.1: the priority is the facility times eight plus the severity; user is 1, info
#   is 6: <14>. The constants of Python's syslog module, like those of <syslog.h>, are multiplied already: LOG_USER is 8. Its own comment says
#   "Log to user-level facility". A wrapper of commands ends as the command does (env, nice, timeout, systemd-cat); its documentation says no
#   other thing.
# Seen: "<70>", which is facility 8, UUCP, and info: it multiplies once more. Also, when the command has ended with 0 and each line of it has
#   arrived, it waits for five seconds, says "Flushing logs to syslog ... Giving up." and exits with 1, since the task that it waits for never
#   ends.
# Why it matters: rules for user.* do not see these lines, and those for uucp do. In cron, systemd or a container each run counts as failed.
#   Set nothing: there is no option for either.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check robust-syslog-wrap==1.1.1

cat > find.py <<'PY'
import logging.handlers
import re
import socket
import subprocess
import sys
import syslog
import threading
import time

received = []


def serve(listener):
    while True:
        connection, _ = listener.accept()
        connection.settimeout(10)
        with connection, connection.makefile("rb") as reader:
            received.append(reader.read().decode())


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
started = time.monotonic()
done = subprocess.run(
    ["venv/bin/robust-syslog-wrap", "--app", "job", "--host", "127.0.0.1", "--port", str(listener.getsockname()[1]), "echo", "all is well"],
    capture_output=True,
    text=True,
    timeout=40,
)
took = time.monotonic() - started
message = re.sub(r">\w+ +\d+ [\d:]+ \S+ ", ">DATE HOST ", received[0]) if received else None
handler = logging.handlers.SysLogHandler
right = handler.encodePriority(handler(("127.0.0.1", 9)), handler.LOG_USER, handler.LOG_INFO)
priority = int(received[0][1:].partition(">")[0])
print(f"received: {message!r}")
print(f"facility {priority >> 3}, severity {priority & 7}; user.info is {right} by logging.handlers and {syslog.LOG_USER | syslog.LOG_INFO} by syslog")
print(f"standard output: {done.stdout!r}, exit {done.returncode}, after {took:.0f} s, standard error: {re.sub('[0-9]{4,}', 'PORT', done.stderr)!r}")
same = message == "<70>DATE HOST job: all is well\n" and done.stdout == "all is well\n" and right == 14
sys.exit(not same or done.returncode != 1 or "Giving up" not in done.stderr or took < 4)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
