#!/bin/bash
# Java's dd-plist: of a line break, a tab or a carriage return in an ASCII property list it makes the letter n, t or r, and it cannot read the "nan" and
# the infinity of others.
#
# Versions: dd-plist 1.20 (Debian 12: libdd-plist-java 1.20-1.1), a Java 17 development kit, Python 3.11's plistlib. Wants `apt-get update` beforehand.
# Expected: the old-style ASCII lists of NeXTSTEP and GNUstep have the escapes of C in quoted strings; the library itself writes "\n", "\t" and "\r", and
#   has a parser for what it writes. An XML list has the numbers "nan" and "+infinity", as Apple and Python write
#   them (Python: "nan", "inf").
# Seen: { k = "a\nb"; } has the value "anb"; the escapes of quotation marks, backslashes and "\U00e9" are right. A list which is written with
#   toASCIIPropertyList() or toGnuStepASCIIPropertyList() and read again has other texts. <real>nan</real> and <real>+infinity</real> are an
#   IllegalArgumentException, and "NaN", which it writes itself, is read.
# Why it matters: addresses and scripts in settings of GNUstep or in project files of Xcode are glued together when a program saves them. Use XML.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libdd-plist-java=1.20-1.1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -c 'import plistlib; plistlib.dump({"number": float("nan")}, open("python.plist", "wb"))'

cat > Find.java <<'JAVA'
import com.dd.plist.ASCIIPropertyListParser;
import com.dd.plist.NSDictionary;
import com.dd.plist.PropertyListParser;
import com.dd.plist.XMLPropertyListParser;
import java.io.File;

public class Find {
    public static void main(String[] arguments) throws Exception {
        for (String text : new String[] {"a\nb", "a\tb", "a\rb", "a\\b", "a\"b", "\u00e9"}) {
            NSDictionary list = new NSDictionary();
            list.put("k", text);
            for (String written : new String[] {list.toASCIIPropertyList(), list.toGnuStepASCIIPropertyList()}) {
                String read = ((NSDictionary) ASCIIPropertyListParser.parse(written.getBytes("UTF-8"))).get("k").toString();
                System.out.println(written.trim().replaceAll("\\s+", " ") + " -> " + read + (read.equals(text) ? "" : " (another)"));
            }
        }
        for (String number : new String[] {"1.5", "NaN", "nan", "+infinity"}) {
            String list = "<?xml version=\"1.0\"?><plist version=\"1.0\"><real>" + number + "</real></plist>";
            try {
                System.out.println(number + ": " + XMLPropertyListParser.parse(list.getBytes("UTF-8")));
            } catch (Exception error) {
                System.out.println(number + ": " + error.getClass().getSimpleName());
            }
        }
        try {
            System.out.println("Python's list: " + ((NSDictionary) PropertyListParser.parse(new File("python.plist"))).get("number"));
        } catch (Exception error) {
            System.out.println("Python's list: " + error.getClass().getSimpleName());
        }
    }
}
JAVA
timeout 60 java -Dfile.encoding=UTF-8 -cp usr/share/java/dd-plist.jar Find.java >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
{ "k" = "a\nb"; } -> anb (another)
{ "k" = "a\nb"; } -> anb (another)
{ "k" = "a\tb"; } -> atb (another)
{ "k" = "a\tb"; } -> atb (another)
{ "k" = "a\rb"; } -> arb (another)
{ "k" = "a\rb"; } -> arb (another)
{ "k" = "a\\b"; } -> a\b
{ "k" = "a\\b"; } -> a\b
{ "k" = "a\"b"; } -> a"b
{ "k" = "a\"b"; } -> a"b
{ "k" = "\U00e9"; } -> é
{ "k" = "\U00e9"; } -> é
1.5: 1.5
NaN: NaN
nan: IllegalArgumentException
+infinity: IllegalArgumentException
Python's list: IllegalArgumentException
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
