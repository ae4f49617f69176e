#!/bin/bash
# nmea: a position at 11 degrees east is written as one at 113 degrees, to the next 18 metres, and what decode returns cannot be encoded.
#
# Versions: nmea 0.1.2 and, to read it, gps 0.9.0 (npm), Node.js.
# Expected: NMEA 0183, GGA: longitude is dddmm.mmm, always with three digits of degrees ("yyyyy.yy" in the package's own drawing of the sentence),
#   latitude ddmm.mmm. The package has parse() and encode() for the same records.
# Seen: 4807.038 north and 1131.000 east (11 degrees, 31 minutes) are written "4807.04,N,1131.00,E": the zero in front is missing, and a reader takes
#   the first three digits for degrees: 113. Two decimals of a minute are 18 m. The sentence of a receiver, decoded, has its numbers as texts, and
#   encode() is a TypeError, "d.getUTCHours is not a function"; with the time as a Date it is "d.toFixed is not a function".
# Why it matters: a plotter that gets its sentences from it shows the ship in China. Half of the world, west and east of 100 degrees, has three digits
#   by itself, and is right.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts nmea@0.1.2 gps@0.9.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const nmea = require("nmea");
const { GPS } = require("gps");

const fix = (lat, lon) => ({ type: "fix", timestamp: new Date("2026-11-30T12:35:19Z"), lat, latPole: "N", lon, lonPole: "E", fixType: "fix", numSat: 8, horDilution: 0.9, alt: 545.4, geoidalSep: 46.9, differentialRefStn: "" });
for (const [lat, lon] of [[4807.038, 13131.0], [4807.038, 1131.0], [4807.038, 31.5]]) {
  const sentence = nmea.encode("GP", fix(lat, lon));
  const { lat: latitude, lon: longitude } = (GPS ?? require("gps")).Parse(sentence);
  const right = Math.floor(lon / 100) + (lon % 100) / 60;
  console.log(`${sentence}: read as ${latitude.toFixed(5)}, ${longitude.toFixed(5)}; meant: ${(48 + 7.038 / 60).toFixed(5)}, ${right.toFixed(5)}`);
}
const decoded = nmea.parse("$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47");
for (const change of [{}, { timestamp: new Date() }]) {
  try {
    console.log(nmea.encode("GP", { ...decoded, ...change }));
  } catch (error) {
    console.log(`${error.name}: ${error.message}`);
  }
}
JS
TZ=UTC timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
$GPGGA,123519,4807.04,N,13131.00,E,1,8,0.9,545.4,M,46.9,M,,*7B: read as 48.11733, 131.51667; meant: 48.11730, 131.51667
$GPGGA,123519,4807.04,N,1131.00,E,1,8,0.9,545.4,M,46.9,M,,*48: read as 48.11733, 113.01667; meant: 48.11730, 11.51667
$GPGGA,123519,4807.04,N,031.50,E,1,8,0.9,545.4,M,46.9,M,,*7D: read as 48.11733, 31.00833; meant: 48.11730, 0.52500
TypeError: d.getUTCHours is not a function
TypeError: d.toFixed is not a function
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
