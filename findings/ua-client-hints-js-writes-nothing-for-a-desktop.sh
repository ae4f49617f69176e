#!/bin/bash
# ua-client-hints-js: "?0" for "not mobile" is written as nothing, an empty model too, and the form factors of browsers are not found.
#
# Versions: ua-client-hints-js 0.1.2 (npm), Node.js.
# Expected: "User-Agent Client Hints" (WICG), section 3: Sec-CH-UA-Mobile is an sf-boolean, ?0 or ?1; Sec-CH-UA-Model is an sf-string, which may be
#   empty, ""; Sec-CH-UA-Form-Factors, with an s, is an sf-list of strings. RFC 8941, section 4.2: an empty header is for empty lists only.
# Seen: headers of a desktop browser, read and written again: Sec-CH-UA-Mobile and Sec-CH-UA-Model are empty, and so are headers for what was not
#   there at all. Sec-CH-UA-Form-Factors is not read, as it looks for "Form-Factor".
# Why it matters: a proxy or test client that passes the hints on with it sends headers that a server's parser refuses. For a telephone
#   (?1, with a model) all looks well.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts ua-client-hints-js@0.1.2 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const { UAClientHints } = createRequire(import.meta.url)("ua-client-hints-js");

for (const headers of [
  { "sec-ch-ua": '"Chromium";v="144"', "sec-ch-ua-mobile": "?1", "sec-ch-ua-model": '"Pixel 9"', "sec-ch-ua-form-factors": '"Mobile"' },
  { "sec-ch-ua": '"Chromium";v="144"', "sec-ch-ua-mobile": "?0", "sec-ch-ua-model": '""', "sec-ch-ua-form-factors": '"Desktop", "XR"' },
]) {
  const hints = new UAClientHints();
  hints.setValuesFromHeaders(headers);
  const written = hints.getValuesAsHeaders();
  for (const [name, value] of Object.entries(headers)) {
    const again = Object.entries(written).find(([key]) => key.toLowerCase() === name);
    console.log(`${name}: ${value}  written: ${again ? `${again[0]}: ${again[1]}` : "no such header"}`);
  }
  console.log(`  not there, written as: ${JSON.stringify(written["Sec-CH-UA-Arch"])}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
sec-ch-ua: "Chromium";v="144"  written: Sec-CH-UA: "Chromium"; v="144"
sec-ch-ua-mobile: ?1  written: Sec-CH-UA-Mobile: ?1
sec-ch-ua-model: "Pixel 9"  written: Sec-CH-UA-Model: "Pixel 9"
sec-ch-ua-form-factors: "Mobile"  written: no such header
  not there, written as: ""
sec-ch-ua: "Chromium";v="144"  written: Sec-CH-UA: "Chromium"; v="144"
sec-ch-ua-mobile: ?0  written: Sec-CH-UA-Mobile: 
sec-ch-ua-model: ""  written: Sec-CH-UA-Model: 
sec-ch-ua-form-factors: "Desktop", "XR"  written: no such header
  not there, written as: ""
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
