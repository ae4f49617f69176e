#!/bin/bash
# @medplum/core: reads ".1234" of a second as 1234 milliseconds and writes 8 milliseconds as ".8".
#
# Versions: @medplum/core 5.2.13, hl7-date 1.0.1 (npm), Node.js.
# Expected: HL7 v2.5.1, section 2.A.22 (DTM): YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]; the digits after the point are a fraction of a
#   second.
# Seen: parseHl7DateTime("20240304050607.1234") is 05:06:08.234, more than a second late; ".1" is 1 ms and ".50" is 50 ms instead of 100 and
#   500. formatHl7DateTime() writes ".8" for 8 ms (which is 800 ms) and ".80" for 80 ms. hl7-date reads all of these right.
# Why it matters: the four digits are what many analyzers and monitors send. Events come in another order than they happened; the
#   acknowledgements of its server have such times in MSH-7, too.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @medplum/core@5.2.13 hl7-date@1.0.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import hl7date from "hl7-date";

globalThis.WebSocket ??= class {}; // It wants the name to be there, in an older Node.js, too; nothing is connected.
const { parseHl7DateTime, formatHl7DateTime } = await import("@medplum/core");

const read = {};
for (const time of ["20240304050607", "20240304050607.1", "20240304050607.50", "20240304050607.123", "20240304050607.1234"]) {
  read[time] = [parseHl7DateTime(time), hl7date.parse(time).toISOString()];
  console.log(`${time}: ${read[time][0]}; hl7-date: ${read[time][1]}`);
}
const written = [8, 80, 800].map((ms) => formatHl7DateTime(new Date(Date.UTC(2024, 2, 4, 5, 6, 7, ms))));
console.log("8, 80 and 800 ms:", written.join(", "));
const day = "2024-03-04T05:06:";
const expected = [
  ["07.000Z", "07.000Z"], ["07.001Z", "07.100Z"], ["07.050Z", "07.500Z"], ["07.123Z", "07.123Z"], ["08.234Z", "07.123Z"],
].map((times) => times.map((time) => day + time));
const same = JSON.stringify(Object.values(read)) === JSON.stringify(expected)
  && written.join() === "20240304050607.8,20240304050607.80,20240304050607.800";
process.exit(same ? 0 : 1);
JS
TZ=UTC node find.mjs || { echo "CHANGED: see above"; exit 1; }
