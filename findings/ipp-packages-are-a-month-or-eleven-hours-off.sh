#!/bin/bash
# ipp, @sealsystems/ipp: times of printers are a month late, or off by twice their zone; tenths of a second are thousandths.
#
# Versions: ipp 2.0.1, @sealsystems/ipp 2.8.2, ipp-encoder 5.0.0 (npm), Node.js.
# Expected: RFC 8011, section 5.1.15: dateTime is the DateAndTime of RFC 2579: year (two octets), month 1 to 12, day, hour, minutes,
#   seconds, tenths of a second (0 to 9), "+" or "-" of the direction from UTC, hours and minutes of it.
# Seen: of 2024-03-04 05:06:07.8 -05:30 (10:36:07.8 UTC) ipp makes 2024-04-04T05:06:07.008Z if the program runs in UTC, and 13:06:07.008Z of
#   that day in New York; December becomes January of the next year. @sealsystems/ipp makes 2024-03-03T23:36:07.008Z. ipp cannot write a
#   Date with 800 milliseconds: "The value of "value" is out of range ... Received 800". ipp-encoder reads and writes the right time.
# Why it matters: printer-current-time, date-time-at-completed and job-hold-until-time: jobs of accounting are put into the wrong month,
#   held ones come out at night.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ipp@2.0.1 @sealsystems/ipp@2.8.2 ipp-encoder@5.0.0 >npm.log 2>&1

cat > find.js <<'JS'
const ipp = require("ipp");
const seal = require("@sealsystems/ipp");
const encoder = require("ipp-encoder");

function response(time) {
  const attribute = (tag, name, value) => {
    const length = (octets) => Buffer.from([octets.length >> 8, octets.length & 255]);
    return Buffer.concat([Buffer.from([tag]), length(Buffer.from(name)), Buffer.from(name), length(value), value]);
  };
  return Buffer.concat([
    Buffer.from("0200" + "0000" + "00000001" + "01", "hex"),
    attribute(0x47, "attributes-charset", Buffer.from("utf-8")),
    attribute(0x48, "attributes-natural-language", Buffer.from("en")),
    Buffer.from([4]),
    attribute(0x31, "printer-current-time", Buffer.from(time, "hex")),
    Buffer.from([3]),
  ]);
}
const times = {
  "March 4, 5:06:07.8, 5:30 hours behind UTC": "07e8" + "0304" + "050607" + "08" + "2d" + "051e",
  "December 31, 23:59:59 UTC": "07e8" + "0c1f" + "173b3b" + "00" + "2b" + "0000",
};
const seen = [];
for (const [what, time] of Object.entries(times)) {
  const octets = response(time);
  seen.push([
    encoder.response.decode(octets).groups[1].attributes[0].value[0],
    ipp.parse(octets)["printer-attributes-tag"]["printer-current-time"],
    seal.parse(octets)["printer-attributes-tag"]["printer-current-time"],
  ].map((date) => date.toISOString()));
  console.log(`${what}: ipp-encoder ${seen.at(-1)[0]}, ipp ${seen.at(-1)[1]}, @sealsystems/ipp ${seen.at(-1)[2]}`);
}
try {
  ipp.serialize({
    operation: "Print-Job",
    "operation-attributes-tag": { "attributes-charset": "utf-8", "attributes-natural-language": "en" },
    "job-attributes-tag": { "job-hold-until-time": new Date("2024-03-04T05:06:07.800Z") },
  });
  seen.push("written");
} catch (error) {
  seen.push(error.message);
}
console.log("ipp writes 800 milliseconds:", seen.at(-1));
const expected = [
  ["2024-03-04T10:36:07.800Z", "2024-04-04T05:06:07.008Z", "2024-03-03T23:36:07.008Z"],
  ["2024-12-31T23:59:59.000Z", "2025-01-31T23:59:59.000Z", "2024-12-31T23:59:59.000Z"],
];
process.exit(JSON.stringify(seen.slice(0, 2)) === JSON.stringify(expected) && seen[2].endsWith("Received 800") ? 0 : 1);
JS
TZ=UTC node find.js || { echo "CHANGED: see above"; exit 1; }
