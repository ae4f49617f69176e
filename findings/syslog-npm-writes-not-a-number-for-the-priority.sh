#!/bin/bash
# syslog: each message begins with "<NaN>", and a message with two lines becomes two.
#
# Versions: syslog 0.1.1 (npm), Node.js; Python 3.11 as the server.
# Expected: RFC 5424, section 6.2.1 (RFC 3164, section 4.1.1): "<", the facility times 8 plus the severity, ">". RFC 6587, section 3.4.2: a
#   line feed ends a message. Its documentation: "Syslog-ng TCP client", with the severities as methods, and `facility` among the options.
# Seen: info("started") with the facility 16 sends "<NaN>2026-...", where "<134>" is right; without options the same. Of error("one\ntwo")
#   the second line stands alone, without a priority.
# Why it matters: servers take it for a message without a priority, user.notice: errors are filed with everything else, and no rule for
#   them or for the program's facility applies.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts syslog@0.1.1 >npm.log 2>&1

cat > client.cjs <<'JS'
const { Client } = require("syslog");

const client = new Client(Number(process.argv[2]), "127.0.0.1", { facility: 16, name: "app" });
client.info("started");
client.error("one\ntwo");
setTimeout(() => process.exit(), 2000);
JS
cat > find.py <<'PY'
import re
import socket
import subprocess

with socket.create_server(("127.0.0.1", 0)) as listener:
    listener.settimeout(20)
    with subprocess.Popen(["node", "client.cjs", str(listener.getsockname()[1])], stdout=subprocess.DEVNULL):
        connection, _ = listener.accept()
        connection.settimeout(20)
        data = b""
        while chunk := connection.recv(1000):
            data += chunk
        connection.close()
for line in data.decode().splitlines():
    # The time, the host and the number of the process are another each time.
    print(re.sub(r">\S+ \S+ app\[\d+\]", ">TIME HOST app[PID]", line))
print("right for local0 and info:", f"<{16 * 8 + 6}>")
PY
timeout 60 python3 find.py | tee seen
cat > expected <<'TEXT'
<NaN>TIME HOST app[PID]: started
<NaN>TIME HOST app[PID]: one
two
right for local0 and info: <134>
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
