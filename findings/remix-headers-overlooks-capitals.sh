#!/bin/bash
# @remix-run/headers: "Cache-Control: No-Store" is empty, "max-stale" is NaN, and a file name in "FILENAME=" is none.
#
# Versions: @remix-run/headers 0.21.1, content-disposition 1.0.1 (npm), Node.js.
# Expected: RFC 9111, section 5.2: directives are to be compared without regard to case; section 5.2.1.2: max-stale may have no argument:
#   any staleness. RFC 9110, section 5.6.6: names of parameters are case-insensitive. RFC 6266, section 4.1: so are those of
#   Content-Disposition.
# Seen: new CacheControl("Max-Age=60, No-Store") has no directive at all, and is written "". "max-stale" becomes maxStale NaN and is written
#   "max-stale=NaN". ContentType of "text/html;Charset=UTF-8" has no charset, ContentDisposition of "attachment;FILENAME=x.txt" no file
#   name; all of these are there in lower case. content-disposition (of Express) reads the name.
# Why it matters: .NET, Java and appliances write "Max-Age" and "No-Store", older mail and web programs "Charset" and "FILENAME": what must
#   not be stored is stored, and what one forwards is another header.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @remix-run/headers@0.21.1 content-disposition@1.0.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import contentDisposition from "content-disposition";
import { CacheControl, ContentDisposition, ContentType } from "@remix-run/headers";

const read = (change) => {
  const control = new CacheControl(change("max-age=60, no-store"));
  return [
    control.maxAge,
    control.noStore,
    control.toString(),
    new ContentType(change("text/html;charset=utf-8")).charset?.toLowerCase(),
    new ContentDisposition(change("attachment;filename=x.txt")).filename?.toLowerCase(),
    contentDisposition.parse(change("attachment;filename=x.txt")).parameters.filename.toLowerCase(),
  ].map((value) => value ?? null);
};
const lower = read((text) => text);
const upper = read((text) => text.toUpperCase());
const stale = new CacheControl("max-stale");
console.log("lower case:", JSON.stringify(lower));
console.log("upper case:", JSON.stringify(upper));
console.log("max-stale:", stale.maxStale, stale.toString());
const same = JSON.stringify(lower) === JSON.stringify([60, true, "no-store, max-age=60", "utf-8", "x.txt", "x.txt"])
  || JSON.stringify(lower) === JSON.stringify([60, true, "max-age=60, no-store", "utf-8", "x.txt", "x.txt"]);
process.exit(same && JSON.stringify(upper) === JSON.stringify([null, null, "", null, null, "x.txt"])
  && Number.isNaN(stale.maxStale) && stale.toString() === "max-stale=NaN" ? 0 : 1);
JS
node find.mjs || { echo "CHANGED: see above"; exit 1; }
