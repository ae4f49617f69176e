#!/bin/bash
# Java's KDG Commons: its HTML escape cuts the letter of a Japanese name in two, and its URLBuilder puts a path behind the query.
#
# Versions: KDG Commons 1.0.15 (Debian 12: libkdgcommons-java 1.0.15-1.1), a Java 17 development kit, Python 3.11's html and urllib. Wants
#   `apt-get update` beforehand.
# Expected: HTML Standard, character references: a reference to a surrogate (&#xD800; to &#xDFFF;) is an error, and shown as U+FFFD. URL Standard: a
#   name without "=" in a query has an empty value. RFC 3986, section 3: the path comes in front of the query, and the query in front of the fragment.
# Seen: escape() of U+20BB7 (as in the name Yoshinoya) is "&#xd842;&#xdfb7;", two references to half a letter each, and unescape() of &#134071; is U+0BB7,
#   a letter of Tamil. parseQueryString("q&a=1") is a RuntimeException. A URLBuilder of
#   http://example.org/?a=1 with appendPath("x") is http://example.org/?a=1/x; one of http://example.org/x#top puts a parameter behind "#top".
# Why it matters: a guest's name is two question marks on the page, and another one when it is read back; the link leads elsewhere.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libkdgcommons-java=1.0.15-1.1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > Find.java <<'JAVA'
import net.sf.kdgcommons.html.HtmlUtil;
import net.sf.kdgcommons.html.URLBuilder;

public class Find {
    public static void main(String[] arguments) throws Exception {
        System.out.println("escape U+20BB7: " + HtmlUtil.escape(new String(Character.toChars(0x20BB7))));
        for (String text : new String[] {"&#8364;", "&#134071;"}) {
            StringBuilder shown = new StringBuilder();
            HtmlUtil.unescape(text).codePoints().forEach(letter -> shown.append(letter < 127 ? "" + (char) letter : String.format("U+%04X", letter)));
            System.out.println("unescape " + text + ": " + shown);
        }
        for (String text : new String[] {"a=1&b=2", "q&a=1"}) {
            try {
                System.out.println("parse " + text + ": " + HtmlUtil.parseQueryString(text, false));
            } catch (RuntimeException error) {
                System.out.println("parse " + text + ": " + error.getClass().getSimpleName() + ": " + error.getMessage());
            }
        }
        System.out.println("build: " + new URLBuilder("http://example.org/?a=1").appendPath("x"));
        System.out.println("build: " + new URLBuilder("http://example.org/x#top").appendParameter("a", "1"));
    }
}
JAVA
cat > find.py <<'PY'
import html
from urllib.parse import parse_qsl

print("Python unescape:", *(f"U+{ord(html.unescape(text)):04X}" for text in ("&#8364;", "&#134071;", "&#xd842;")))
print("Python parse q&a=1:", parse_qsl("q&a=1", keep_blank_values=True))
PY
{
    timeout 20 python3 find.py
    timeout 60 java -cp usr/share/java/kdgcommons.jar Find.java
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Python unescape: U+20AC U+20BB7 U+FFFD
Python parse q&a=1: [('q', ''), ('a', '1')]
escape U+20BB7: &#xd842;&#xdfb7;
unescape &#8364;: U+20AC
unescape &#134071;: U+0BB7
parse a=1&b=2: {a=1, b=2}
parse q&a=1: RuntimeException: unparsable parameter: q
build: http://example.org/?a=1/x
build: http://example.org/x#top?a=1
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
