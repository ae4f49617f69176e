#!/bin/bash
# extended-nmea: 12:35:19.25 is 12:35:19.025, and a time with one or four decimals is an error.
#
# Versions: extended-nmea 2.1.3 (npm), Node.js.
# Expected: NMEA 0183, field type "hhmmss.ss": "a fixed field of two digits for hours, minutes and seconds, and a variable number of digits for
#   decimal-fraction of seconds". Its own comment: "formatted as 'hhmmss.sss' ... seconds with decimals. The decimal part is optional."
# Seen: of $GPGGA,123519.25,... the time is 45319025 ms, 0.025 s after 12:35:19; of 123519.250 it is 45319250 ms. 123519.5 and 123519.2500 end in
#   "Expected data formatted as 'hhmmss.sss' or 'hhmmss'".
# Why it matters: receivers of u-blox send two decimals. At 5 or 10 sentences in a second all of them seem to come within 0.1 s, and then nothing for
#   0.9 s: speeds made of positions and times are ten times too high. With full seconds, ".00", all is well.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts extended-nmea@2.1.3 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const { Decoder } = createRequire(import.meta.url)("extended-nmea");

const sentence = (time) => {
  const text = `GPGGA,${time},4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,`;
  const sum = [...text].reduce((all, letter) => all ^ letter.charCodeAt(0), 0);
  return `$${text}*${sum.toString(16).toUpperCase().padStart(2, "0")}`;
};
for (const time of ["123519", "123519.00", "123519.20", "123519.25", "123519.250", "123519.5", "123519.2500"]) {
  let seen;
  try {
    seen = `${Decoder.decode(sentence(time)).time.totalMilliseconds - 45319000} ms after 12:35:19`;
  } catch (error) {
    seen = error.message;
  }
  console.log(`${time}: ${seen}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
123519: 0 ms after 12:35:19
123519.00: 0 ms after 12:35:19
123519.20: 20 ms after 12:35:19
123519.25: 25 ms after 12:35:19
123519.250: 250 ms after 12:35:19
123519.5: Expected data formatted as 'hhmmss.sss' or 'hhmmss', but found 8 characters
123519.2500: Expected data formatted as 'hhmmss.sss' or 'hhmmss', but found 11 characters
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
