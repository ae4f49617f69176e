#!/bin/bash
# @bacnet-js/client: "three o'clock, any minute" is read as 07:19:15, "half past each hour" as 15:30 on another day, and the second of
# January of any year as the first of January 1900.
#
# Versions: @bacnet-js/client 3.3.2 (npm), Node.js, bacpypes3 0.0.110 (PyPI) to compare with.
# Expected: ANSI/ASHRAE 135, section 20.2.13: X'FF' in one of the octets of a time says that this part of it is not specified; section
#   20.2.12: so it is in a date, where month 13 is each odd one, 14 each even one, and day 32 the last of the month.
# Seen: the application data of a property, as readProperty() hands it out. Of the time 03:**:**.** the octets FF are 255 minutes and 255
#   seconds. Each date with such an octet, even with one for the day of the week, is 1900-01-01, and the octets themselves are not handed
#   out.
# Why it matters: devices have such times and dates in their calendars, in schedules and as the limits of what they do. A program that shows
#   them, or writes them back, shows and writes something else.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @bacnet-js/client@3.3.2 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check bacpypes3==0.0.110

cat > find.js <<'JS'
const { bacappDecodeApplicationData } = require("@bacnet-js/client/dist/lib/asn1");

for (const octets of process.argv.slice(2)) {
  const data = Buffer.from(octets, "hex");
  console.log(bacappDecodeApplicationData(data, 0, data.length, 0, 0).value.toISOString());
}
JS
cat > right.py <<'PY'
import sys

from bacpypes3.pdu import PDUData
from bacpypes3.primitivedata import Date, Tag, TagList, Time

for octets in sys.argv[1:]:
    tags = TagList([Tag.decode(PDUData(bytes.fromhex(octets)))])
    print((Time if octets.startswith("b4") else Date).decode(tags))
PY
data="b403040543 b403ffffff b4ff1e0000 a47e010205 a47e0102ff a4ff0102ff"
venv/bin/python right.py $data > right
TZ=UTC timeout 60 node find.js $data > got
paste -d "|" <(tr " " "\n" <<< "$data") right got | sed 's/|/: bacpypes3 /; s/|/, @bacnet-js\/client /' | tee seen
cat > expected <<'TEXT'
b403040543: bacpypes3 03:04:05.67, @bacnet-js/client 1900-01-01T03:04:05.670Z
b403ffffff: bacpypes3 03:*:*.*, @bacnet-js/client 1900-01-01T07:19:15.000Z
b4ff1e0000: bacpypes3 *:30:00.00, @bacnet-js/client 1900-01-11T15:30:00.000Z
a47e010205: bacpypes3 2026-1-2 fri, @bacnet-js/client 2026-01-02T00:00:00.000Z
a47e0102ff: bacpypes3 2026-1-2 *, @bacnet-js/client 1900-01-01T00:00:00.000Z
a4ff0102ff: bacpypes3 *-1-2 *, @bacnet-js/client 1900-01-01T00:00:00.000Z
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
