#!/bin/bash
# @inrupt/solid-client-errors: of a problem that is sent as "application/problem+json; charset=utf-8" neither title nor detail is read.
#
# Versions: @inrupt/solid-client-errors 0.0.4 (npm), Node.js.
# Expected: RFC 9110, section 8.3.1: a media type may have parameters, and type and subtype are the same in small letters and capitals. RFC 9457,
#   section 3, which its documentation names, has the members type, title, status, detail, instance.
# Seen: with Content-Type: application/problem+json all is read. With "; charset=utf-8" behind it, or with capitals, problemDetails has the type
#   about:blank, the status text for a title, and no detail: the header is compared as a whole.
# Why it matters: Express' res.json(), Spring and ASP.NET send the charset: the user sees "Forbidden" instead of what he can do about it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts @inrupt/solid-client-errors@0.0.4 >npm.log 2>&1

cat > find.mjs <<'JS'
import { ClientHttpError } from "@inrupt/solid-client-errors";

const problem = {
  type: "https://example.com/probs/out-of-credit", title: "You do not have enough credit.", detail: "Your current balance is 30, but that costs 50.", status: 403,
};
for (const type of ["application/problem+json", "application/problem+json; charset=utf-8", "Application/Problem+JSON"]) {
  const response = { status: 403, statusText: "Forbidden", url: "https://example.com/", headers: new Headers({ "Content-Type": type }) };
  const { problemDetails: seen } = new ClientHttpError(response, JSON.stringify(problem), "Failed");
  console.log(`${type}: ${seen.type.href} | ${seen.title} | ${seen.detail}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
application/problem+json: https://example.com/probs/out-of-credit | You do not have enough credit. | Your current balance is 30, but that costs 50.
application/problem+json; charset=utf-8: about:blank | Forbidden | undefined
Application/Problem+JSON: about:blank | Forbidden | undefined
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
