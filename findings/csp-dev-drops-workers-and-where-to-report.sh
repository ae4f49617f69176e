#!/bin/bash
# csp-dev: a policy that it reads and writes has no worker-src, report-uri, report-to and script-src-elem any more, and nonces.example.com in quotes.
#
# Versions: csp-dev 1.0.2 and, to compare with, content-security-policy-parser 0.6.0 (npm), Node.js.
# Expected: Content Security Policy Level 3, sections 6.1 to 6.5, has these directives; section 2.3.1: a host-source has no quotation marks. Its
#   documentation: "Spec compliant content security policy builder and parser".
# Seen: new CSP(text).share("string") leaves out each directive that is not in its list, without an error; valid() is true. img-src nonces.example.com
#   becomes 'nonces.example.com', as all that begins with "nonce" is quoted: browsers ignore it.
# Why it matters: violations are reported to nobody any more, service workers fall back to another directive, and pictures of that host are blocked.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts csp-dev@1.0.2 content-security-policy-parser@0.6.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import other from "content-security-policy-parser";
const CSP = createRequire(import.meta.url)("csp-dev");
const read = other.default ?? other;

const text = "default-src 'self'; script-src-elem 'self'; worker-src 'self' blob:; img-src nonces.example.com; report-uri /csp; report-to csp";
const policy = new CSP(text);
console.log("text:   ", text);
console.log("csp-dev:", policy.share("string"), "valid:", policy.valid());
console.log("content-security-policy-parser:", [...read(text).keys()].join(" "));
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
text:    default-src 'self'; script-src-elem 'self'; worker-src 'self' blob:; img-src nonces.example.com; report-uri /csp; report-to csp
csp-dev: default-src 'self'; img-src 'nonces.example.com' valid: true
content-security-policy-parser: default-src script-src-elem worker-src img-src report-uri report-to
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
