#!/bin/bash
# gps-time: a time with milliseconds is half a second late after toGPSMS(), so that toUnixMS() does not give back what toGPSMS() was given.
#
# Versions: gps-time 1.0.8 (npm), Node.js.
# Expected: IS-GPS-200, section 3.3.4: GPS time and UTC differ by a whole number of seconds, 18 since 2017. The package's own example is "var unixMS =
#   Date.now(); gpsTime.toGPSMS(unixMS)", and its promise is to "convert times between GPS epoch and Unix epoch, taking into account leap seconds".
# Seen: for a full second the difference is 18 s. For every time that is not a full second, be it by one millisecond, it is 18.5 s; of Date.now()
#   these are 999 of 1000. There and back again makes a difference of 500. The order breaks as well: a time of .999 is put behind the next full
#   second.
# Why it matters: positions and time stamps of receivers are compared in milliseconds; a car has moved 15 m in half a second. Round to full seconds
#   first, convert, and add the rest.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts gps-time@1.0.8 >npm.log 2>&1

cat > find.cjs <<'JS'
const gps = require("gps-time");

// The offset between the two epochs is 315964800 s, and 18 leap seconds have been added since 1980.
const right = (unix) => unix - 315964800000 + 18000;
for (const unix of [1790000000000, 1790000000001, 1790000000123, 1790000000999, 1790000001000]) {
  const seen = gps.toGPSMS(unix);
  console.log(`${unix}: ${seen}, off by ${seen - right(unix)} ms; and back: off by ${gps.toUnixMS(seen) - unix} ms`);
}
console.log(`.999 before the next second: ${gps.toGPSMS(1790000000999) < gps.toGPSMS(1790000001000)}`);
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
1790000000000: 1474035218000, off by 0 ms; and back: off by 0 ms
1790000000001: 1474035218501, off by 500 ms; and back: off by 500 ms
1790000000123: 1474035218623, off by 500 ms; and back: off by 500 ms
1790000000999: 1474035219499, off by 500 ms; and back: off by 500 ms
1790000001000: 1474035219000, off by 0 ms; and back: off by 0 ms
.999 before the next second: false
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
