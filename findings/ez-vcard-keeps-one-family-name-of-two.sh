#!/bin/bash
# ez-vcard: of N:Perez,Gomez;Maria it writes back N:Perez;Maria, a birthday without a year becomes an empty one, and a link gets backslashes.
#
# Versions: ez-vcard 0.11.2 and vinnie 2.0.2 (Debian 12: libez-vcard-java 0.11.2+dfsg-1, libvinnie-java 2.0.2-2), ical.js 2.2.1 (npm) for comparison. Wants
#   `apt-get update` beforehand, and a JDK (17).
# Expected: RFC 6350, section 6.2.2: each component of N, as the family names, can have several values, with commas between them, and section 6.3.1 has
#   the same for ADR. RFC 6350, section 6.7.8, and RFC 2426, section 3.6.8: a URL is a URI, where nothing is escaped. RFC 2426, section 3.1.5: BDAY is
#   a date.
# Seen: a card of version 4.0 that is read and written in the same version has N:Perez;Maria;;; and the URL https://example.org/a\;b\,c. ADR keeps
#   both of its values. Written in version 3.0 the birthday --0412 is "BDAY:", with nothing behind it. ical.js reads both family names of
#   the first text, and of the second a URL with a backslash in it.
# Why it matters: people in half of the world have two family names. A program that cleans up an address book takes one away.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libez-vcard-java=0.11.2+dfsg-1 libvinnie-java=2.0.2-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
npm install --silent --no-audit --no-fund --ignore-scripts ical.js@2.2.1

cat > first.txt <<'TEXT'
BEGIN:VCARD
VERSION:4.0
FN:Maria Perez Gomez
N:Perez,Gomez;Maria;;;
ADR:;;1 Main Street,2 Side Street;Town;;;
URL:https://example.org/a;b,c
BDAY:--0412
END:VCARD
TEXT
sed 's/$/\r/' first.txt >first.vcf
cat > Find.java <<'JAVA'
import ezvcard.Ezvcard;
import ezvcard.VCard;
import ezvcard.VCardVersion;
import java.io.File;

public class Find {
    public static void main(String[] arguments) throws Exception {
        VCard card = Ezvcard.parse(new File("first.vcf")).first();
        Ezvcard.write(card).version(VCardVersion.V4_0).prodId(false).go(new File("4.0.vcf"));
        Ezvcard.write(card).version(VCardVersion.V3_0).prodId(false).go(new File("3.0.vcf"));
    }
}
JAVA
cat > find.mjs <<'JS'
import fs from "node:fs";
import ICAL from "ical.js";

for (const file of ["first.vcf", "4.0.vcf", "3.0.vcf"]) {
  console.log(`${file}:`);
  for (const line of fs.readFileSync(file, "utf8").split("\r\n")) if (/^(N|ADR|URL|BDAY)\b/.test(line)) console.log("  " + line);
  if (file === "3.0.vcf") continue;
  const card = new ICAL.Component(ICAL.parse(fs.readFileSync(file, "utf8")));
  for (const name of ["n", "url"]) console.log(`  ical.js: ${name} is ${JSON.stringify(card.getFirstPropertyValue(name))}`);
}
JS
{
    path=usr/share/java/ez-vcard.jar:usr/share/java/vinnie.jar
    timeout 30 java -cp $path Find.java && timeout 30 node find.mjs
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
first.vcf:
  N:Perez,Gomez;Maria;;;
  ADR:;;1 Main Street,2 Side Street;Town;;;
  URL:https://example.org/a;b,c
  BDAY:--0412
  ical.js: n is [["Perez","Gomez"],"Maria","","",""]
  ical.js: url is "https://example.org/a;b,c"
4.0.vcf:
  N:Perez;Maria;;;
  ADR:;;1 Main Street,2 Side Street;Town;;;
  URL:https://example.org/a\;b\,c
  BDAY:--0412
  ical.js: n is ["Perez","Maria","","",""]
  ical.js: url is "https://example.org/a\\;b,c"
3.0.vcf:
  N:Perez;Maria
  ADR:;;1 Main Street,2 Side Street;Town
  URL:https://example.org/a\;b\,c
  BDAY:
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
