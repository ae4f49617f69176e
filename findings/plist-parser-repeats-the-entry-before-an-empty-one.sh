#!/bin/bash
# plist-parser: an empty string in a list is the entry before once more, elsewhere null, and text in CDATA is left out.
#
# Versions: plist-parser 0.9.2 (npm), Node.js, Python 3.11's plistlib to compare with.
# Expected: Apple's PropertyList-1.0.dtd: <!ELEMENT string (#PCDATA)>, which may be empty, and <array> holds any number of objects. XML 1.0, section
#   2.7: a CDATA section is text. The package is an "XML Property List (.plist) parser".
# Seen: <array><string>1</string><string></string></array> is ["1", "1"], and after <integer>5</integer> the empty string is "5". As a value in a
#   <dict>, or first in a list, it is null. "a<![CDATA[<x>]]>" is "a", and data in base64 stays a text. plistlib has "" and "a<x>".
# Why it matters: lists in .plist files of macOS (arguments of launchd, exceptions of a firewall) hold empty strings on purpose, and get the argument
#   before twice.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts plist-parser@0.9.2 >npm.log 2>&1

cat > find.cjs <<'JS'
const { execFileSync } = require("node:child_process");
const plist = require("plist-parser");
const Parser = plist.PlistParser ?? plist;

const python = `import json, plistlib, sys
print(json.dumps(plistlib.loads(sys.argv[1].encode())))`;
for (const value of [
  "<array><string>1</string><string>2</string></array>",
  "<array><string>1</string><string></string></array>",
  "<array><integer>5</integer><string/></array>",
  "<array><string></string><string>b</string></array>",
  "<dict><key>a</key><string></string></dict>",
  "<array><string>a<![CDATA[<x>]]></string></array>",
]) {
  const text = `<?xml version="1.0" encoding="UTF-8"?><plist version="1.0">${value}</plist>`;
  console.log(`${value}: ${JSON.stringify(new Parser(text).parse())}; plistlib: ${execFileSync("python3", ["-c", python, text], { encoding: "utf8" }).trim()}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
<array><string>1</string><string>2</string></array>: ["1","2"]; plistlib: ["1", "2"]
<array><string>1</string><string></string></array>: ["1","1"]; plistlib: ["1", ""]
<array><integer>5</integer><string/></array>: [5,"5"]; plistlib: [5, ""]
<array><string></string><string>b</string></array>: [null,"b"]; plistlib: ["", "b"]
<dict><key>a</key><string></string></dict>: {"a":null}; plistlib: {"a": ""}
<array><string>a<![CDATA[<x>]]></string></array>: ["a"]; plistlib: ["a<x>"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
