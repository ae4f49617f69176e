#!/bin/bash
# dmarc-solution: valid DMARC records are refused for a tag that it does not know, a size limit, or a web address.
#
# Versions: dmarc-solution 1.2.5 (npm), Node.js.
# Expected: RFC 7489, section 6.3: "Unknown tags MUST be ignored"; rua and ruf are lists of URIs, not of mail addresses only (section 6.2),
#   and "!10m" behind one is the largest report that is wanted. RFC 9091, section 3.2, adds the tag np.
# Seen: parse() rejects "np=reject" with "Unknown tag 'np'", "mailto:dmarc@example.org!10m" as an invalid address, and
#   "https://example.org/dmarc" as no DMARC URI. Without these the same record is parsed.
# Why it matters: the package calls itself a solution for all DMARC problems; it tells owners of correct records that theirs is wrong. size
#   limits are in the examples of RFC 7489, and np is for whoever wants to have names refused that do not exist.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts dmarc-solution@1.2.5 >npm.log 2>&1

cat > find.js <<'JS'
const { parse } = require("dmarc-solution");

(async () => {
  for (const rest of [
    "rua=mailto:dmarc@example.org",
    "np=reject",
    "rua=mailto:dmarc@example.org!10m",
    "rua=https://example.org/dmarc",
  ]) {
    const record = `v=DMARC1; p=reject; ${rest}`;
    const seen = await Promise.resolve().then(() => parse(record)).then(
      (tags) => Object.keys(tags).join(" "),
      (error) => `${error.message ?? error}`,
    );
    console.log(`${record}\n    ${seen}`);
  }
})();
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
v=DMARC1; p=reject; rua=mailto:dmarc@example.org
    v p rua
v=DMARC1; p=reject; np=reject
    Unknown tag 'np'
v=DMARC1; p=reject; rua=mailto:dmarc@example.org!10m
    Invalid email address in 'rua': 'dmarc@example.org!10m'
v=DMARC1; p=reject; rua=https://example.org/dmarc
    Invalid value for 'rua': https://example.org/dmarc, must be a list of DMARC URIs such as 'mailto:some.email@somedomain.com'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
