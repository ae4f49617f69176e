#!/bin/bash
# cert-watch: a certificate that runs out within 24 hours is healthy, each date that YAML knows as one is now, and its JSON has line breaks in strings.
#
# Versions: cert-watch 1.0.0, pyyaml 6.0.2, rich 14.1.0 (PyPI), Python 3.11; inventories of the script's.
# Expected: its own rules: CERT-002, "Certificate Expiring Within 7 Days", critical; CERT-004, "Certificate uses RSA-2048 or weaker key"; the command: "TLS/SSL
#   certificate expiry scanner", with --fail-on and --format json. The inventory is YAML, in which 2100-01-01 without quotation marks is a date (YAML 1.1,
#   timestamp), as is 2100-01-01T00:00:00Z. RFC 8259, section 7: in a string of JSON a line break has to be escaped.
# Seen: a certificate with 12 hours left has no finding, the score 100 and the grade A, and it is none of expired, expiring and valid; with "--fail-on low"
#   the exit code is 0. With two days left it is critical. not_after: 2100-01-01 is "expired 1 days ago", since what is no text is taken for now; with
#   a time and Z it is a TypeError. RSA-3072 and ECDSA-P521 are "RSA-2048 or weaker". To a file or a pipe the JSON is broken at 80 columns, also
#   within strings, and json.loads() refuses it.
# Why it matters: on the day on which it would be most needed the scan passes. Put dates in quotation marks, and take --output for JSON.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check cert-watch==1.0.0 pyyaml==6.0.2 rich==14.1.0

cat > find.py <<'PY'
import datetime
import json
import pathlib
import subprocess
import sys


def scan(not_after, algorithm="ECDSA-P256", domain="www.example.com"):
    """The findings, by --output, the exit code with --fail-on low, and what is printed."""
    pathlib.Path("inventory.yml").write_text(f"""certificates:
  - domain: "{domain}"
    san_domains: [www.example.com]
    key_algorithm: {algorithm}
    not_before: "{datetime.date.today() - datetime.timedelta(days=80)}"
    not_after: {not_after}
    auto_renewal: true
""")
    command = ["venv/bin/cert-watch", "scan", "inventory.yml", "--format", "json"]
    done = subprocess.run([*command, "--fail-on", "low", "-o", "report.json"], capture_output=True, text=True)
    if "Traceback" in done.stderr:
        return done.stderr.splitlines()[-1].split(":")[0], done.returncode, None
    report = json.loads(pathlib.Path("report.json").read_text())
    counts = {key: report[key] for key in ("expired", "expiring_soon", "valid", "health_score", "grade")}
    findings = [(finding["rule_id"], finding["description"]) for finding in report["findings"]]
    printed = subprocess.run(command, capture_output=True, text=True).stdout
    return findings, done.returncode, (counts, printed)


def left(**time):
    return f'"{datetime.datetime.now() + datetime.timedelta(minutes=1, **time):%Y-%m-%dT%H:%M:%S}"'


def readable(text):
    try:
        return bool(json.loads(text))
    except json.JSONDecodeError as error:
        return error.msg


hours, days = scan(left(hours=12)), scan(left(days=2))
print(f"12 hours left: {hours[0]}, exit code {hours[1]}, {hours[2][0]}\n2 days left: {days[0]}, exit code {days[1]}")
dates = {text: scan(text)[0] for text in ('"2026-01-01"', "2100-01-01", "2100-01-01T00:00:00Z")}
later = scan(left(days=100))
keys = {name: [rule for rule, _ in scan(left(days=100), name)[0]] for name in ("RSA-4096", "RSA-2048", "RSA-3072", "ECDSA-P521")}
broken = readable(scan(left(days=100), domain="*.example.com")[2][1])
print(f"not_after: {dates}\nrules by key: {keys}\nwhat is printed as JSON: {broken}")
right = hours[:2] == ([], 0) and hours[2][0] == {"expired": 0, "expiring_soon": 0, "valid": 0, "health_score": 100.0, "grade": "A"}
right &= days[0] == [("CERT-002", "Certificate for www.example.com expires in 2 days")] and days[1] == 1 and later[0] == []
right &= dates["2100-01-01"] == [("CERT-001", "Certificate for www.example.com expired 1 days ago")]
right &= dates["2100-01-01T00:00:00Z"] == "TypeError"
right &= keys == {"RSA-4096": [], "RSA-2048": ["CERT-004"], "RSA-3072": ["CERT-004"], "ECDSA-P521": ["CERT-004"]}
sys.exit(not (right and broken == "Invalid control character at"))
PY
timeout 100 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
