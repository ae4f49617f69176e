#!/bin/bash
# pretty-cache-header: milliseconds become fractions of seconds, which no cache reads, and a documented year is six hours longer than said.
#
# Versions: pretty-cache-header 1.0.0 (npm), Node.js.
# Expected: RFC 9111, section 1.2.2: "delta-seconds = 1*DIGIT"; section 4.2.1: a cache is encouraged to take an invalid
#   lifetime for stale. Its documentation: "parses human readable time strings into seconds", "ms" and "milliseconds" among the units, and
#   "1year" becomes 31536000.
# Seen: "1500ms" becomes max-age=1.5, "250 milliseconds" max-age=0.25, "2.5s" max-age=2.5. "1year" becomes 31557600.
# Why it matters: a lifetime that was meant to be short is invalid, and what a cache makes of it is its own affair.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts pretty-cache-header@1.0.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const { cacheHeader } = require("pretty-cache-header");

// The grammar of RFC 9111, with the other directives left out.
const valid = /^max-age=\d+$/;
for (const maxAge of ["90sec", "1500ms", "250 milliseconds", "2.5s", "1year"]) {
  const header = cacheHeader({ maxAge });
  console.log(`${maxAge}: ${header}, valid: ${valid.test(header)}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
90sec: max-age=90, valid: true
1500ms: max-age=1.5, valid: false
250 milliseconds: max-age=0.25, valid: false
2.5s: max-age=2.5, valid: false
1year: max-age=31557600, valid: true
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
