#!/bin/bash
# mt940-js: each transfer that an account has received is an expense, unless the bank is one of two; the bank's reference is lost unless it
# has 16 letters, and the package cannot be loaded as it is installed.
#
# Versions: mt940-js 1.0.0, tslib 2.8.1, which it does not name, mt940js 1.3.5 to compare with (npm), Node.js.
# Expected: SWIFT's MT940, field 61: 6!n[4!n]2a[1!a]15d1!a3!c16x[//16x]. The mark is C for a credit, D for a debit, and RC and RD for what
#   is taken back; the last subfield is the bank's reference, of up to 16 characters. The package has isExpense and bankReference for them.
# Seen: require("mt940-js") says "Cannot find module 'tslib'". With tslib beside it isExpense is true for C and D alike, and false for
#   transfers of the types N653, N654 and N060 only, even if these are debits. Of //BANK1 nothing is left in bankReference; with 16 letters
#   it is there.
# Why it matters: statements come over TLS from a bank's server each night, and who books by isExpense books all that comes in as if it had
#   gone out.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts mt940-js@1.0.0 mt940js@1.3.5 >npm.log 2>&1
cat > load.js <<'JS'
try {
  require("mt940-js");
  console.log("loaded");
} catch (error) {
  console.log(error.message.split("\n")[0]);
}
JS
timeout 60 node load.js | tee seen
npm install --silent --no-audit --no-fund --ignore-scripts tslib@2.8.1 >npm.log 2>&1

cat > find.js <<'JS'
const { Parser } = require("mt940js");
const { read } = require("mt940-js");

(async () => {
  for (const line of [
    ":61:2601020102C100,00NTRFREF1//BANK1",
    ":61:2601020102D100,00NTRFREF1//BANK1",
    ":61:2601020102C100,00NTRFREF1//1234567890123456",
    ":61:2601020102D100,00N653REF1//BANK1",
  ]) {
    const head = [":20:START", ":25:DE12345678901234567890", ":28C:1/1", ":60F:C251231EUR1000,00"];
    const text = [...head, line, ":86:text", `:62F:C260102EUR${line[14] === "C" ? "1100" : "900"},00`, "-", ""];
    const [{ transactions: [right] }] = new Parser().parse(text.join("\r\n"));
    const [{ transactions: [seen] }] = await read(Buffer.from(text.join("\r\n")));
    console.log(line);
    console.log(`  mt940js:  ${right.amount < 0 ? "expense" : "income"}, bank's reference "${right.bankReference}"`);
    console.log(`  mt940-js: ${seen.isExpense ? "expense" : "income"}, bank's reference "${seen.bankReference}"`);
  }
})();
JS
timeout 60 node find.js | tee -a seen
cat > expected <<'TEXT'
Cannot find module 'tslib'
:61:2601020102C100,00NTRFREF1//BANK1
  mt940js:  income, bank's reference "BANK1"
  mt940-js: expense, bank's reference ""
:61:2601020102D100,00NTRFREF1//BANK1
  mt940js:  expense, bank's reference "BANK1"
  mt940-js: expense, bank's reference ""
:61:2601020102C100,00NTRFREF1//1234567890123456
  mt940js:  income, bank's reference "1234567890123456"
  mt940-js: expense, bank's reference "1234567890123456"
:61:2601020102D100,00N653REF1//BANK1
  mt940js:  expense, bank's reference "BANK1"
  mt940-js: income, bank's reference ""
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
