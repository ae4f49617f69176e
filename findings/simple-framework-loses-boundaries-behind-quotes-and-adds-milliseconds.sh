#!/bin/bash
# Java's Simple (simpleframework.http): a boundary behind a parameter in quotes is not found, a date gets the milliseconds of now, 1994 is 2094, and an
# address with "[::1]" is the host "[".
#
# Versions: Simple 4.1.21 (Debian 12: libsimple-http-java 4.1.21-1.1), a Java 17 development kit, Python 3.11 (email and urllib) to compare with.
#   Wants `apt-get update` beforehand.
# Expected: RFC 2045, section 5.1: the value of a parameter is a token or a quoted-string, the quotation marks are no part of it, and the order has no
#   meaning. RFC 9110, section 5.6.7: all three forms of a date have whole seconds, and a two-digit year that appears to be more than 50 years in the
#   future stands for the last past one. RFC 3986, section 3.2.2: IP-literal = "[" ( IPv6address / IPvFuture ) "]". RFC 5646: zh-Hant-TW is a
#   language, a script and a region.
# Seen: of a Content-Type everything behind the first quoted parameter but one is dropped, so that the boundary is null; charset="utf-8" keeps its
#   quotation marks. DateParser leaves the milliseconds of the moment in the result. "06-Nov-94" is in 2094. The host of http://[::1]:8080/x is "[",
#   its port -1, its path "/". zh-Hant-TW has the country "HANT-TW".
# Why it matters: a SOAP message with attachments has no parts, "If-Modified-Since" with the very date of the file is never equal to it, and a Chinese
#   reader does not get the texts for Taiwan.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libsimple-http-java=4.1.21-1.1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > Find.java <<'JAVA'
import java.time.Instant;
import org.simpleframework.http.parse.AddressParser;
import org.simpleframework.http.parse.ContentParser;
import org.simpleframework.http.parse.DateParser;
import org.simpleframework.http.parse.LanguageParser;

public class Find {
    public static void main(String[] arguments) throws Exception {
        for (String text : new String[] {
            "multipart/related; boundary=\"x-1\"; type=\"text/xml\"; start=\"<a@example.org>\"",
            "multipart/related; type=\"text/xml\"; start=\"<a@example.org>\"; boundary=\"x-1\""}) {
            System.out.println(text + "\n  boundary " + new ContentParser(text).getParameter("boundary"));
        }
        System.out.println("charset=\"utf-8\": " + new ContentParser("text/html; charset=\"utf-8\"").getCharset());
        for (String text : new String[] {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT"}) {
            boolean exact = true;
            Instant time = null;
            for (int i = 0; i < 5; i++) {
                time = Instant.ofEpochMilli(new DateParser(text).toLong());
                exact &= time.getNano() == 0;
                Thread.sleep(7);
            }
            System.out.println(text + ": " + time.toString().substring(0, 19) + ", whole seconds " + exact);
        }
        for (String text : new String[] {"http://127.0.0.1:8080/x", "http://[::1]:8080/x"}) {
            AddressParser address = new AddressParser(text);
            System.out.println(text + ": host " + address.getDomain() + ", port " + address.getPort() + ", path " + address.getPath());
        }
        System.out.println("zh-Hant-TW: country " + new LanguageParser("zh-Hant-TW").list().get(0).getCountry());
    }
}
JAVA
cat > find.py <<'PY'
import email
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

mail = email.message_from_string('Content-Type: multipart/related; type="text/xml"; start="<a@example.org>"; boundary="x-1"\n\n')
print("Python: boundary", mail.get_boundary(), "-", parsedate_to_datetime("Sunday, 06-Nov-94 08:49:37 GMT").isoformat(), "-",
      urlsplit("http://[::1]:8080/x").hostname, urlsplit("http://[::1]:8080/x").port)
PY
{
    timeout 60 java -cp usr/share/java/simple.jar Find.java
    timeout 20 python3 find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
multipart/related; boundary="x-1"; type="text/xml"; start="<a@example.org>"
  boundary x-1
multipart/related; type="text/xml"; start="<a@example.org>"; boundary="x-1"
  boundary null
charset="utf-8": "utf-8"
Sun, 06 Nov 1994 08:49:37 GMT: 1994-11-06T08:49:37, whole seconds false
Sunday, 06-Nov-94 08:49:37 GMT: 2094-11-06T08:49:37, whole seconds false
http://127.0.0.1:8080/x: host 127.0.0.1, port 8080, path /x
http://[::1]:8080/x: host [, port -1, path /
zh-Hant-TW: country HANT-TW
Python: boundary x-1 - 1994-11-06T08:49:37+00:00 - ::1 8080
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
