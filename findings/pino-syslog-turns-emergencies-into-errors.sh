#!/bin/bash
# pino-syslog: the level that is mapped to "emergency" is sent as an error, one that is not mapped as <NaN>, and a request's UUID is too long for its field.
#
# Versions: pino-syslog 4.0.0 (npm), Node.js; its program reads pino's lines on the standard input.
# Expected: the documentation: under customLevels "syslogSeverity" is "emergency", "alert" and so on; "when the given severity level does not exist, the
#   default severity.error is used". RFC 5424, section 6.2.1: emergency is 0, so a message of local0 (16) has <128>; the priority is a number of up to
#   three digits. Section 6: a MSGID has at most 32 characters.
# Seen: "emergency" is 0, which counts as missing: <131>, an error. "alert" is right, <129>. A level that pino was given and the mapping was not, 35, makes
#   "<NaN>1 ...", which no receiver can read. With req.id of 36 characters, which a UUID has, MSGID has 36.
# Why it matters: what is to wake people is filed among errors; lines with <NaN> are dropped by receivers over TLS, or the connection is. Take "alert", map
#   all levels, and cut request ids.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts pino-syslog@4.0.0 >npm.log 2>&1
cat > config.json <<'JSON'
{"customLevels": {"meltdown": {"level": 80, "syslogSeverity": "emergency"}, "siren": {"level": 70, "syslogSeverity": "alert"}}}
JSON

cat > find.py <<'PY'
import json
import re
import subprocess
import sys

request = "8c9f2ab0-2d3c-4f43-9df4-0c54a4a3c0a1"
records = [{"level": level} for level in (80, 70, 50, 35)] + [{"level": 30, "req": {"id": request}}]
lines = [json.dumps({"time": 1796000000000, "pid": 1, "hostname": "host", "msg": "hello", **record}) for record in records]
arguments = ["node", "node_modules/pino-syslog/app.js", "--newline", "--messageOnly", "--config", "config.json"]
output = subprocess.run(arguments, input="\n".join(lines) + "\n", capture_output=True, text=True, check=True, timeout=30).stdout
seen = []
for record, line in zip(records, output.splitlines()):
    print(f"{json.dumps(record)}: {line}")
    seen.append((line.partition(">")[0] + ">", line.split(" ")[5]))
expected = [("<131>", "-"), ("<129>", "-"), ("<131>", "-"), ("<NaN>", "-"), ("<134>", request)]
sys.exit(seen != expected or not re.fullmatch(r".{36}", seen[-1][1]))
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
