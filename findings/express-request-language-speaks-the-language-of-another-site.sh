#!/bin/bash
# express-request-language: of two sites in one process, one in English and German, one in French and Italian, the first speaks French as soon as the
#   second is there.
#
# Versions: express-request-language 1.1.15 (npm), Node.js.
# Expected: its documentation: requestLanguage({ languages: [...] }) makes a middleware that sets req.language to one of these languages. Express
#   mounts several applications and routers, each with its own middleware. RFC 9110, section 12.5.4.
# Seen: the first middleware has en-US and de-DE, and answers Accept-Language: de-DE with de-DE. After a second one has been made with fr-FR and
#   it-IT, which nobody has to use, the first one answers fr-FR for the same request: both keep their languages in one object of the package
#   accept-language.
# Why it matters: a shop and its help pages, or two customers' sites, show languages that they do not have, and templates fail for them. Which one
#   depends on the order in which the files are loaded.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts express-request-language@1.1.15 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const requestLanguage = createRequire(import.meta.url)("express-request-language");

const ask = (middleware, accept) => {
  const request = { headers: { "accept-language": accept }, query: {}, cookies: {}, url: "/" };
  middleware(request, {}, () => {});
  return request.language;
};
const shop = requestLanguage({ languages: ["en-US", "de-DE"] });
console.log("shop, de-DE:", ask(shop, "de-DE"));
console.log("shop, it-IT:", ask(shop, "it-IT"));
const help = requestLanguage({ languages: ["fr-FR", "it-IT"] });
console.log("help, it-IT:", ask(help, "it-IT"));
console.log("shop, de-DE:", ask(shop, "de-DE"));
console.log("shop, en-US:", ask(shop, "en-US"));
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
shop, de-DE: de-DE
shop, it-IT: en-US
help, it-IT: it-IT
shop, de-DE: fr-FR
shop, en-US: fr-FR
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
