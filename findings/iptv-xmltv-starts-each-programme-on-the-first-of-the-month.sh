#!/bin/bash
# @iptv/xmltv: a time without seconds is the first of the month at midnight, a title in CDATA keeps its marks, and a year becomes New Year's Day.
#
# Versions: @iptv/xmltv 1.0.1 (npm), Node.js.
# Expected: xmltv.dtd: dates "can be 'YYYYMMDDhhmmss' or some initial substring, for example if you only know the year and month ... Examples:
#   '200007281733 BST', '200209', '19880523083000 +0300'". XML 1.0, section 2.7: CDATA is text. Its documentation: "extremely fast XMLTV parser".
# Seen: start="200807151900" is 2008-07-01T00:00:00.000Z; the DTD's own 200007281733 BST is 17:00 UTC, not 16:33. With seconds it is right.
#   <title><![CDATA[Tom & Jerry]]></title> is "![CDATA[Tom & Jerry]]". <date>1995</date> is written again as 19950101000000 +0000.
# Why it matters: in guides that give hours and minutes all programmes of the month begin at one moment, without an error. Films of 1995 have a
#   day of release that nobody gave.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts @iptv/xmltv@1.0.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { parseXmltv, writeXmltv } from "@iptv/xmltv";

const guide = (start, title) => '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE tv SYSTEM "xmltv.dtd"><tv>'
  + `<programme start="${start}" channel="a"><title>${title}</title><date>1995</date></programme></tv>`;
for (const [start, title] of [["20080715190000 +0000", "Tom"], ["200807151900", "Tom"], ["200007281733 BST", "<![CDATA[Tom & Jerry]]>"]]) {
  const [programme] = parseXmltv(guide(start, title)).programmes;
  console.log(`start ${start}: ${new Date(programme.start).toISOString()}; title ${title}: ${JSON.stringify(programme.title[0]._value)}`);
}
console.log("date 1995, written again:", /<date>.*<\/date>/.exec(writeXmltv(parseXmltv(guide("20080715190000 +0000", "Tom"))))[0]);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
start 20080715190000 +0000: 2008-07-15T19:00:00.000Z; title Tom: "Tom"
start 200807151900: 2008-07-01T00:00:00.000Z; title Tom: "Tom"
start 200007281733 BST: 2000-07-28T17:00:00.000Z; title <![CDATA[Tom & Jerry]]>: "![CDATA[Tom & Jerry]]"
date 1995, written again: <date>19950101000000 +0000</date>
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
