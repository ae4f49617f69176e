#!/bin/bash
# @hugoalh/http-header-link: "rel=preload; as=style" has an empty rel and an empty as, and what it writes for title* is no value of the RFC.
#
# Versions: @hugoalh/http-header-link 1.0.3, http-link-header 1.1.4 to compare with (npm), Node.js.
# Expected: RFC 8288, section 3: a parameter's value is a token or a quoted string, and both mean the same; <> is a reference to the
#   document itself; RFC 8187, section 3.2.1: the value of title* is not in quotation marks. RFC 8288 is named in its documentation.
# Seen: a value without quotation marks is read at the very end of the header only: in front of ";" and "," it is the empty string, and
#   written again as "rel" alone. <>; rel=self raises "Missing URI at position 1!". title*=UTF-8'de'Kapitel is written
#   title*="UTF-8'de'Kapitel". http-link-header reads all of them.
# Why it matters: most servers write rel=preload, rel=next and as=style like this: a client finds no next page, a proxy that adds a link
#   takes the relation from all the others.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @hugoalh/http-header-link@1.0.3 http-link-header@1.1.4 >npm.log 2>&1

cat > find.mjs <<'JS'
import { HTTPHeaderLink } from "@hugoalh/http-header-link";
import other from "http-link-header";

for (const text of [
  '</a.css>; rel="preload"; as="style"',
  "</a.css>; rel=preload; as=style",
  "</?page=2>; rel=next, </?page=9>; rel=last",
  "</2>; rel=\"next\"; title*=UTF-8'de'Kapitel%202",
  "<>; rel=self",
]) {
  let seen;
  try {
    const link = new HTTPHeaderLink(text);
    seen = `${JSON.stringify([...link.entries()])}\n  writes: ${link.toString()}`;
  } catch (error) {
    seen = error.message;
  }
  const right = other.parse(text).refs.map(({ uri, rel, as }) => [uri, { rel, as }]);
  console.log(`${text}\n  reads: ${seen}\n  http-link-header: ${JSON.stringify(right)}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
</a.css>; rel="preload"; as="style"
  reads: [["/a.css",{"rel":"preload","as":"style"}]]
  writes: </a.css>; rel="preload"; as="style"
  http-link-header: [["/a.css",{"rel":"preload","as":"style"}]]
</a.css>; rel=preload; as=style
  reads: [["/a.css",{"rel":"","as":"style"}]]
  writes: </a.css>; rel; as="style"
  http-link-header: [["/a.css",{"rel":"preload","as":"style"}]]
</?page=2>; rel=next, </?page=9>; rel=last
  reads: [["/?page=2",{"rel":""}],["/?page=9",{"rel":"last"}]]
  writes: </?page=2>; rel, </?page=9>; rel="last"
  http-link-header: [["/?page=2",{"rel":"next"}],["/?page=9",{"rel":"last"}]]
</2>; rel="next"; title*=UTF-8'de'Kapitel%202
  reads: [["/2",{"rel":"next","title*":"UTF-8'de'Kapitel%202"}]]
  writes: </2>; rel="next"; title*="UTF-8'de'Kapitel%202"
  http-link-header: [["/2",{"rel":"next"}]]
<>; rel=self
  reads: Missing URI at position 1!
  http-link-header: [["",{"rel":"self"}]]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
