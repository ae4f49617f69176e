#!/bin/bash
# jsonpatch-to-mongodb: an entry removed from a list leaves null behind, and nothing can be put in front of a list, nor a new field into a document.
#
# Versions: jsonpatch-to-mongodb 1.0.0, mingo 6.4.4 that does what MongoDB does with an update, json8-patch 1.0.6 for the patch itself (npm), Node.js.
# Expected: RFC 6902, section 4.2: "If removing an element from an array, any elements above the specified index are shifted one position to the
#   left." Section 4.1: add with an index inserts before that entry, 0 being the first; with the name of a member it adds the member. Its description:
#   "Convert JSON patches into a MongoDB update".
# Seen: { op: "remove", path: "/n/1" } becomes $unset of "n.1", which in MongoDB "replaces the matching element with null". { op: "add", path: "/n/1"
#   } works, "/n/0" ends in "Unsupported Operation! can't use add op without position", and "/name" as well.
# Why it matters: lists in the database get holes, which readers do not expect, and their lengths stay; the first entry, the place for the newest one,
#   fails.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts jsonpatch-to-mongodb@1.0.0 mingo@6.4.4 json8-patch@1.0.6 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import { updateObject } from "mingo/updater";
const require = createRequire(import.meta.url);
const toMongo = require("jsonpatch-to-mongodb");
const { apply } = require("json8-patch");

for (const patch of [{ op: "replace", path: "/n/1", value: "x" }, { op: "remove", path: "/n/1" }, { op: "add", path: "/n/1", value: "x" },
  { op: "add", path: "/n/0", value: "x" }, { op: "add", path: "/name", value: "Jo" }]) {
  const right = apply({ n: ["a", "b", "c"] }, [patch]).doc;
  let seen;
  try {
    const update = toMongo([patch]);
    const document = { n: ["a", "b", "c"] };
    updateObject(document, update);
    seen = `${JSON.stringify(update)}, ${JSON.stringify(document)}`;
  } catch (error) {
    seen = error.message;
  }
  console.log(`${JSON.stringify(patch)}\n  update: ${seen}\n  patch:  ${JSON.stringify(right)}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
{"op":"replace","path":"/n/1","value":"x"}
  update: {"$set":{"n.1":"x"}}, {"n":["a","x","c"]}
  patch:  {"n":["a","x","c"]}
{"op":"remove","path":"/n/1"}
  update: {"$unset":{"n.1":1}}, {"n":["a",null,"c"]}
  patch:  {"n":["a","c"]}
{"op":"add","path":"/n/1","value":"x"}
  update: {"$push":{"n":{"$each":["x"],"$position":1}}}, {"n":["a","x","b","c"]}
  patch:  {"n":["a","x","b","c"]}
{"op":"add","path":"/n/0","value":"x"}
  update: Unsupported Operation! can't use add op without position
  patch:  {"n":["x","a","b","c"]}
{"op":"add","path":"/name","value":"Jo"}
  update: Unsupported Operation! can't use add op without position
  patch:  {"n":["a","b","c"],"name":"Jo"}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
