#!/bin/bash
# cacheability: max-age="10" is NaN, and is passed on as "max-age=NaN", and the second name in private="set-cookie, x" is a directive of its own.
#
# Versions: cacheability 4.0.30 and, to compare with, http-cache-semantics 4.1.1 (npm), Node.js.
# Expected: RFC 9111, section 5.2: arguments are tokens or quoted-strings, and recipients "ought to accept both forms"; section 5.2.2.7:
#   private="field-names" is a list in a quoted-string. The package is to "parse, store and print http cache headers".
# Seen: max-age="10" is { maxAge: NaN } (null in JSON), its ttl is NaN and checkTTL() false; printCacheControl() gives "max-age=NaN".
#   private="set-cookie, x" is printed as "private=NaN, x". With max-age=10 all is right; http-cache-semantics has 10 for both.
# Why it matters: proxies with this never use what is fresh, and send a header to browsers that no one understands, for servers which quote all
#   arguments.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts cacheability@4.0.30 http-cache-semantics@4.1.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { Cacheability } from "cacheability";
import CachePolicy from "http-cache-semantics";

for (const text of ["max-age=10", 'max-age="10"', 'max-age=10, private="set-cookie, x"']) {
  const seen = new Cacheability({ headers: new Headers({ "cache-control": text }) });
  const policy = new CachePolicy({ method: "GET", url: "/", headers: {} }, { status: 200, headers: { "cache-control": text } }, { shared: false });
  console.log(`${text}: fresh ${seen.checkTTL()}, maxAge ${seen.metadata.cacheControl.maxAge}, printed ${seen.printCacheControl().replace("max-age=9", "max-age=10")}; http-cache-semantics: fresh for ${policy.maxAge()} s`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
max-age=10: fresh true, maxAge 10, printed max-age=10; http-cache-semantics: fresh for 10 s
max-age="10": fresh false, maxAge NaN, printed max-age=NaN; http-cache-semantics: fresh for 10 s
max-age=10, private="set-cookie, x": fresh true, maxAge 10, printed max-age=10, private=NaN, x; http-cache-semantics: fresh for 10 s
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
