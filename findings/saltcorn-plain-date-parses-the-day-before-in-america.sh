#!/bin/bash
# @saltcorn/plain-date: PlainDate.parse("2024-03-15") is the 14th in New York; a date made again from its own number is a day early, too.
#
# Versions: @saltcorn/plain-date 0.2.5 (npm), Node.js. The script runs it with TZ=UTC, Europe/Berlin and America/New_York.
# Expected: its README: "plain dates (no time or timezone information) [...] designed to be drop-in compatible with JavaScript's Date class"; a shift is
#   told only for "timezone information in a date string". For Date, valueOf() and getTime() are the same number, and new Date(+d) the same date.
# Seen: parse() takes Date.parse(), which is midnight in UTC for a date alone, and asks for the local day. valueOf() is midnight in UTC, getTime() is
#   midnight here, and the constructor reads the first as the second. new PlainDate("2024-03-15") is right.
# Why it matters: birthdays move by a day west of Greenwich only; a test in Europe or in UTC does not show it. Use the constructor.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts @saltcorn/plain-date@0.2.5 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import { execFileSync } from "node:child_process";
const PlainDate = createRequire(import.meta.url)("@saltcorn/plain-date");

if (!process.argv[2]) {
  for (const zone of ["UTC", "Europe/Berlin", "America/New_York"]) {
    process.stdout.write(execFileSync(process.execPath, [process.argv[1], zone], { env: { ...process.env, TZ: zone } }));
  }
} else {
  const text = "2024-03-15";
  const plain = new PlainDate(text);
  const again = new PlainDate(plain.valueOf());
  console.log(`${process.argv[2]}: new ${plain.toISOString()}  parse: ${PlainDate.parse(text).toISOString()}  from its valueOf(): ${again.toISOString()}` +
    `  valueOf() is getTime(): ${plain.valueOf() === plain.getTime()}  equal to the parsed one: ${plain.equals(PlainDate.parse(text))}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
UTC: new 2024-03-15  parse: 2024-03-15  from its valueOf(): 2024-03-15  valueOf() is getTime(): true  equal to the parsed one: true
Europe/Berlin: new 2024-03-15  parse: 2024-03-15  from its valueOf(): 2024-03-15  valueOf() is getTime(): false  equal to the parsed one: true
America/New_York: new 2024-03-15  parse: 2024-03-14  from its valueOf(): 2024-03-14  valueOf() is getTime(): false  equal to the parsed one: false
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
