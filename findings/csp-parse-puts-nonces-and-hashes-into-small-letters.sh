#!/bin/bash
# csp-parse: a policy that goes through it has its nonces, hashes and paths in small letters, so that the page's own scripts are blocked, and
#   loses each directive that has no value.
#
# Versions: csp-parse 0.0.2 and, to compare with, content-security-policy-parser 0.6.0 (npm), Node.js.
# Expected: Content Security Policy Level 3, section 2.3.1: nonces and hashes are base64 (RFC 4648), whose letters differ by case; path-part matching
#   compares case-sensitively. Section 6.3.2, sandbox, and "Upgrade Insecure Requests", section 3.1, need no value.
# Seen: new Policy(text).toString() of 'nonce-DhcnhD3khTMePgXwdayK9BsMqXjhguVV' 'sha256-RFWPLDbv2BY+...' https://cdn.example.com/App.js has all of it
#   in small letters; "sandbox" and "upgrade-insecure-requests" are gone. Its documentation says that one reads a policy, adds sources and
#   writes the policy again, and nothing of letters.
# Why it matters: whoever adds a host to the policy of his application with it blocks each inline script that was allowed by nonce or hash, and
#   frames and links are no longer changed to https. In a test page without nonces all is well.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts csp-parse@0.0.2 content-security-policy-parser@0.6.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import other from "content-security-policy-parser";
const Policy = createRequire(import.meta.url)("csp-parse");
const read = other.default ?? other;

const text = [
  "script-src 'nonce-DhcnhD3khTMePgXwdayK9BsMqXjhguVV' 'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc=' https://cdn.example.com/App.js",
  "upgrade-insecure-requests",
  "sandbox",
].join("; ");
const policy = new Policy(text);
policy.add("script-src", "https://example.org");
console.log("csp-parse:");
for (const one of policy.toString().split(" ")) console.log("  " + one);
console.log("content-security-policy-parser:");
for (const [name, values] of read(text)) console.log("  " + [name, ...values].join("\n  "));
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
csp-parse:
  script-src
  'nonce-dhcnhd3khtmepgxwdayk9bsmqxjhguvv'
  'sha256-rfwpldbv2by+rckdzse+0fr8ylgr2r2fawmhq4lfeqc='
  https://cdn.example.com/app.js
  https://example.org;
content-security-policy-parser:
  script-src
  'nonce-DhcnhD3khTMePgXwdayK9BsMqXjhguVV'
  'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='
  https://cdn.example.com/App.js
  upgrade-insecure-requests
  sandbox
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
