#!/bin/bash
# dargslan-syslog-monitor, dargslan-snmp-check and dargslan-sshkey-audit: none of the three can be imported or started, since their files begin with an
# indented line; the first, where it is mended, counts "no error" as an error, and no hour of the first nine days of a month.
#
# Versions: dargslan-syslog-monitor 1.0.0, dargslan-snmp-check 1.0.0, dargslan-sshkey-audit 1.0.0 (PyPI), Python 3.11.
# Expected: The Python Language Reference, section 2.1.8: the first statement of a file is not indented. RFC 5424, section 6.2.1, and RFC 3164, section
#   4.1.1: severity is a number in the PRI, not a word of the text; a file written by rsyslog has no severity unless it is configured. Each has a
#   command of its own name, and a page of documentation.
# Seen: each command ends with "IndentationError: unexpected indent", from __init__.py, before it has read its arguments. Its cli.py, loaded alone,
#   counts of "job done, 0 failures, no error" one error, of a login of the user "alert" one alert, and of "Out of memory: Killed process" info. The
#   hour of "Nov 30 10:00:00" is counted, that of "Dec  1 10:00:00", where RFC 3164 wants two blanks, is not.
# Why it matters: pip installs them without a word, a cron job with one of them fails, and what the files of the first say is not what happened.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check --no-deps dargslan-syslog-monitor==1.0.0 dargslan-snmp-check==1.0.0 dargslan-sshkey-audit==1.0.0

cat > find.py <<'PY'
import importlib.util
import pathlib
import subprocess
import sys
import sysconfig

seen = {}
for name in ("dargslan-syslog-monitor", "dargslan-snmp-check", "dargslan-sshkey-audit"):
    command = next((pathlib.Path(sys.prefix) / "bin").glob(f"{name}*"))
    result = subprocess.run([command, "--help"], capture_output=True, text=True, timeout=20)
    seen[name] = (result.returncode, result.stderr.strip().split("\n")[-1])
    print(f"{command.name} --help: exit status {seen[name][0]}, {seen[name][1]}")

path = pathlib.Path(sysconfig.get_path("purelib")) / "dargslan_syslog_monitor" / "cli.py"
spec = importlib.util.spec_from_file_location("cli", path)
cli = importlib.util.module_from_spec(spec)
spec.loader.exec_module(cli)
LINES = [
    "Nov 30 10:00:00 host backup[7]: job done, 0 failures, no error",
    "Nov 30 10:00:01 host sshd[8]: Accepted publickey for alert from 192.0.2.7 port 40000 ssh2",
    "Dec  1 11:00:00 host kernel: Out of memory: Killed process 9 (mysqld)",
]
file = pathlib.Path("log")
file.write_text("".join(f"{line}\n" for line in LINES))
stats = cli.analyze_syslog(str(file))
counts = dict(stats["severity_counts"])
print(f"cli.py alone: {counts}, hours {dict(stats['hourly_counts'])}")
sys.exit(
    any(status != 1 or error != "IndentationError: unexpected indent" for status, error in seen.values())
    or counts != {"error": 1, "alert": 1, "info": 1}
    or stats["hourly_counts"] != {"10": 2}
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
