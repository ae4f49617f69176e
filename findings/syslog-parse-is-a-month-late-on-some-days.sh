#!/bin/bash
# syslog-parse: on the last days of a month other dates end up in the next month, in January December is to come, and a line of a log file is the worst emergency.
#
# Versions: syslog-parse 2.0.0 (npm), Node.js, with a clock set by the script.
# Expected: RFC 3164, section 4.1.2: the timestamp has month, day and time, "Feb  5" is February 5, whatever day it is read. Without a year the latest one
#   in the past is meant. Section 4.3.3: who gets a message without a priority takes 13, "user.notice".
# Seen: month and day are set one after the other on a date that starts as today. On the 31st "Feb  5" becomes March 5, as there is no February 31, and
#   "Nov 30" December 30. On January 1 "Dec 31" is twelve months in the future. Lines as /var/log/syslog has them, without "<13>", get priority 0, which is
#   "kern" and "emerg".
# Why it matters: tests pass on most days; on the 29th to 31st alarms and statistics are off by a month, and files that are read again give other times
#   than before. Parse the date yourself, and look whether the line starts with "<".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts syslog-parse@2.0.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import parse from "syslog-parse";

const RealDate = Date;
let today;
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length ? parts : [today]));
  }
};

const lines = [
  ["2026-03-15T12:00:00", "<38>Feb 05 01:02:03 host sshd[253]: Listening", "2026-02-05"],
  ["2026-03-31T12:00:00", "<38>Feb 05 01:02:03 host sshd[253]: Listening", "2026-03-05"],
  ["2026-12-31T12:00:00", "<38>Nov 30 01:02:03 host sshd[253]: Listening", "2026-12-30"],
  ["2027-01-01T12:00:00", "<38>Dec 31 01:02:03 host sshd[253]: Listening", "2027-12-31"],
];
let same = true;
for (const [day, line, expected] of lines) {
  today = day;
  const { time } = parse(line);
  const read = [time.getFullYear(), time.getMonth() + 1, time.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  console.log(`read on ${day.slice(0, 10)}: ${line.slice(4, 19)} is ${read}`);
  same &&= read === expected;
}
const { facility, severity } = parse("Feb 05 01:02:03 host sshd[253]: Listening");
console.log(`without a priority: ${facility}.${severity}`);
process.exit(same && facility === "kern" && severity === "emerg" ? 0 : 1);
JS
node find.mjs || { echo "CHANGED: see above"; exit 1; }
