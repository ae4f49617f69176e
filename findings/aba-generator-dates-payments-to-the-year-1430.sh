#!/bin/bash
# aba-generator: a file with a time, "1430", and no date is dated to New Year of the year 1430, and amounts as texts end in an error.
#
# Versions: aba-generator 2.1.0 (npm), Node.js.
# Expected: its documentation: "date: ... The date to be processed, default is now. If string must be DDMMYY format", "time: ... If string must be
#   HHmm format", "amount: 12.0, // Number|String".
# Seen: header { time: "1430" } without a date has 010130 for the date, with "0915" 010115, as the time is taken for a year; with both, or
#   with neither, the date is right. With amount: "12.00" generate() ends in TypeError: "totals.reduce(...).toFixed is not a function".
# Why it matters: 010130 is 1 January 2030 for the bank, 010115 is 1 January 2015: salaries are refused, or wait for years. Most banks want the
#   time, says the documentation. Amounts out of a database or a form are texts.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts aba-generator@2.1.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const ABA = createRequire(import.meta.url)("aba-generator");

const header = { bank: "ANZ", user: "Example", userNumber: 1234, description: "Salaries" };
const payment = {
  bsb: "061021", transactionCode: ABA.CREDIT, account: "123456", amount: 12, accountTitle: "Jo Doe", reference: "1", traceBsb: "061123",
  traceAccount: "1234567", remitter: "Example",
};
const now = new Date();
const today = [now.getDate(), now.getMonth() + 1, now.getFullYear() % 100].map((n) => String(n).padStart(2, "0")).join("");
for (const more of [{}, { date: "180326" }, { date: "180326", time: "1430" }, { time: "1430" }, { time: "0915" }]) {
  const date = new ABA({ header: { ...header, ...more } }).generate([payment]).slice(74, 80);
  console.log(`${JSON.stringify(more)}: ${date === today ? "today" : date}`);
}
for (const amount of [12, "12.00"]) {
  try {
    console.log(`amount ${JSON.stringify(amount)}: ${new ABA({ header }).generate([{ ...payment, amount }]).split("\r\n")[1].slice(20, 30)}`);
  } catch (error) {
    console.log(`amount ${JSON.stringify(amount)}: ${error.message}`);
  }
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
{}: today
{"date":"180326"}: 180326
{"date":"180326","time":"1430"}: 180326
{"time":"1430"}: 010130
{"time":"0915"}: 010115
amount 12: 0000001200
amount "12.00": totals.reduce(...).toFixed is not a function
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
