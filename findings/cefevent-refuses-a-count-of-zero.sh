#!/bin/bash
# cefevent: by their short names the fields of an event cannot be zero; by their long names they can. Values that are read back have backslashes, and
# setting them again doubles these.
#
# Versions: cefevent 0.5.6 (PyPI), Python 3.11.
# Expected: ArcSight's Common Event Format, extension dictionary: cnt (baseEventCount), in (bytesIn), spt (sourcePort, "valid port numbers are between 0
#   and 65535") are integers, and 0 is one. In text "=" and "\" are escaped in the event as sent, not in the value.
# Seen: with strict=True set_field("cnt", 0), ("in", 0), ("out", 0) and ("spt", 0) are ValueError "Invalid value for field: baseEventCount"; without
#   strict they are False and the field is missing. set_field("baseEventCount", 0) is taken. set_field("msg", "a=b") returns "a\=b"; get_fields() has it
#   too, and load() of them into another event sends "a\\\=b".
# Why it matters: "0 octets came back" and "port 0" are what one looks for in a log; a sensor with strict events fails at them. Use the long names.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check cefevent==0.5.6

cat > find.py <<'PY'
import sys

from cefevent.event import CEFEvent

seen = {}
for short, long in (("cnt", "baseEventCount"), ("in", "bytesIn"), ("out", "bytesOut"), ("spt", "sourcePort")):
    strict, event, other = CEFEvent(strict=True), CEFEvent(), CEFEvent(strict=True)
    try:
        strict.set_field(short, 0)
        refused = "taken"
    except ValueError as error:
        refused = str(error).splitlines()[0]
    event.set_field(short, 0)
    other.set_field(long, 0)
    seen[short] = (refused, event.build_cef().split("|")[-1], other.build_cef().split("|")[-1])
    print(f"{short}=0: strict: {refused}; else {seen[short][1]!r}; as {long}: {seen[short][2]!r}")
one = CEFEvent()
one.set_field("msg", "a=b")
fields = one.get_fields()
two = CEFEvent()
two.load(["message"], [fields["message"]])
lines = [event.build_cef().split("|")[-1] for event in (one, two)]
print("message:", fields["message"], lines)
sys.exit(
    any(not result[0].startswith("Invalid value for field") or result[1] or not result[2].endswith("=0") for result in seen.values())
    or fields["message"] != "a\\=b"
    or lines != ["msg=a\\=b", "msg=a\\\\\\=b"]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
