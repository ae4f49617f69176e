#!/bin/bash
# node-fetch-cookies: a cookie with Partitioned, with Priority, or with any other attribute of later years is thrown away as a whole.
#
# Versions: node-fetch-cookies 2.1.1, tough-cookie 6.1.0 to compare with (npm), Node.js.
# Expected: RFC 6265, section 5.2: "the user agent MUST ignore unrecognized attributes", and section 5.1.4: without Path the cookie is for
#   the directory of the request, /shop for /shop/login. Section 5.1.3 and 5.2.3: the domain is compared in lower case.
# Seen: new Cookie() fails with 'Invalid key "partitioned" specified!', and the jar is empty after a fetch() that says nothing of it; so it
#   is with Priority=High. Domain=EXAMPLE.org is kept, and sent to nobody. What /shop/login sets without a path is sent to /other, too.
# Why it matters: services whose pages are embedded in others set Partitioned since 2024, and Google's servers have long sent Priority. A
#   client with this package is a stranger again in its next request.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts node-fetch-cookies@2.1.1 tough-cookie@6.1.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { Cookie, CookieJar } from "node-fetch-cookies";
import { CookieJar as Jar } from "tough-cookie";

const url = "https://example.org/shop/login";
for (const header of [
  "a=b; Path=/; Secure; SameSite=None",
  "a=b; Path=/; Secure; SameSite=None; Partitioned",
  "a=b; Path=/; Priority=High",
  "a=b; Path=/; Domain=EXAMPLE.org",
  "a=b",
]) {
  const right = new Jar();
  right.setCookieSync(header, url);
  let seen;
  try {
    new Cookie(header, url);
    const jar = new CookieJar();
    jar.addCookie(header, url);
    seen = ["shop/cart", "other"].filter((path) => [...jar.cookiesValidForRequest(`https://example.org/${path}`)].length).join(", ");
  } catch (error) {
    seen = error.message;
  }
  console.log(header);
  const wanted = ["shop/cart", "other"].filter((path) => right.getCookieStringSync(`https://example.org/${path}`)).join(", ");
  console.log(`  tough-cookie: sent to [${wanted}]`);
  console.log(`  node-fetch-cookies: [${seen}]`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
a=b; Path=/; Secure; SameSite=None
  tough-cookie: sent to [shop/cart, other]
  node-fetch-cookies: [shop/cart, other]
a=b; Path=/; Secure; SameSite=None; Partitioned
  tough-cookie: sent to [shop/cart, other]
  node-fetch-cookies: [Invalid key "partitioned" specified!]
a=b; Path=/; Priority=High
  tough-cookie: sent to [shop/cart, other]
  node-fetch-cookies: [Invalid key "priority" with value "High" specified!]
a=b; Path=/; Domain=EXAMPLE.org
  tough-cookie: sent to [shop/cart, other]
  node-fetch-cookies: []
a=b
  tough-cookie: sent to [shop/cart]
  node-fetch-cookies: [shop/cart, other]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
