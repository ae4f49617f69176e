#!/bin/bash
# cookie-manager: a cookie with Domain=example.org is not sent to the host that has set it, and Max-Age is ignored.
#
# Versions: cookie-manager 0.0.19, tough-cookie 6.1.0 to compare with (npm), Node.js.
# Expected: RFC 6265, section 5.2.3: a dot in front of the domain is ignored; section 5.1.3: a host matches a domain if it ends with it
#   behind a dot. Section 4.1.2.2: "If a cookie has both the Max-Age and the Expires attribute, the Max-Age attribute has precedence".
# Seen: what www.example.org sets with Domain=example.org is sent to example.org alone, not to www.example.org and not to api.example.org;
#   with a dot in front of the domain it goes to all three. A cookie with Max-Age=0 and an Expires of the future is sent on, and one with
#   Max-Age=3600 and an Expires of the past is not.
# Why it matters: servers leave the dot out since 2011. Whoever logs in with this package is not logged in, and stays so after having logged
#   out.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts cookie-manager@0.0.19 tough-cookie@6.1.0 >npm.log 2>&1

cat > find.js <<'JS'
const Manager = require("cookie-manager");
const { CookieJar } = require("tough-cookie");

const hosts = ["www.example.org", "example.org", "api.example.org"];
for (const header of [
  "a=b; Path=/; Domain=.example.org",
  "a=b; Path=/; Domain=example.org",
  "a=b; Path=/; Max-Age=0; Expires=Sat, 01 Jan 2050 00:00:00 GMT",
  "a=b; Path=/; Max-Age=3600; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
]) {
  const manager = new Manager();
  manager.store("https://www.example.org/", header);
  const jar = new CookieJar();
  jar.setCookieSync(header, "https://www.example.org/");
  const right = hosts.filter((host) => jar.getCookieStringSync(`https://${host}/`));
  const seen = hosts.filter((host) => manager.prepare(`https://${host}/`));
  console.log(header);
  console.log(`  tough-cookie sends it to   [${right.join(", ")}]`);
  console.log(`  cookie-manager sends it to [${seen.join(", ")}]`);
}
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
a=b; Path=/; Domain=.example.org
  tough-cookie sends it to   [www.example.org, example.org, api.example.org]
  cookie-manager sends it to [www.example.org, example.org, api.example.org]
a=b; Path=/; Domain=example.org
  tough-cookie sends it to   [www.example.org, example.org, api.example.org]
  cookie-manager sends it to [example.org]
a=b; Path=/; Max-Age=0; Expires=Sat, 01 Jan 2050 00:00:00 GMT
  tough-cookie sends it to   []
  cookie-manager sends it to [www.example.org]
a=b; Path=/; Max-Age=3600; Expires=Thu, 01 Jan 1970 00:00:00 GMT
  tough-cookie sends it to   [www.example.org]
  cookie-manager sends it to []
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
