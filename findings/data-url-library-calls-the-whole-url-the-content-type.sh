#!/bin/bash
# Java's data-url: with a parameter, the content type of a data: URL is the whole URL; a plus is a blank, ";charset=utf-8" alone is refused, and its
# builder writes what it cannot read.
#
# Versions: data-url 1.0.1 (Debian 12: libdata-url-java 1.0.1-2), a Java 17 development kit, Python 3.11's urllib to compare with. Wants
#   `apt-get update` beforehand.
# Expected: RFC 2397, section 3: dataurl := "data:" [ mediatype ] [ ";base64" ] "," data; section 2: "text/plain" can be omitted but the charset
#   parameter supplied; data is urlchar, and in it "+" is a plus (only the forms of HTML make a blank of it); everything may be percent-encoded.
#   java.net.URLConnection: getContentType() is the value of the content-type header field.
# Seen: getContentType() of data:text/plain;charset=utf-8,Hi is "data:text/plain;charset=utf-8,Hi", of data:text/plain,Hi it is text/plain.
#   data:text/plain,1+1 is "1 1". data:;charset=utf-8,Hi is a MalformedURLException, as is base64 whose "=" is written %3D. The builder makes
#   data:,100% of "100%", which its own reader refuses, and data:,1+1 of "1+1".
# Why it matters: nobody finds the charset, a formula or telephone number loses its plus, and a text that contains a percent sign cannot be read back.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libdata-url-java=1.0.1-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > urls <<'TEXT'
data:text/plain,Hi
data:text/plain;charset=utf-8,Hi
data:text/html;charset=utf-8;base64,PGI+
data:;charset=utf-8,Hi
data:text/plain,1+1
data:;base64,SGk%3D
TEXT
cat > Find.java <<'JAVA'
import com.github.robtimus.net.protocol.data.DataURLs;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;

public class Find {
    static String read(String text) {
        try {
            URLConnection connection = DataURLs.create(text).openConnection();
            return connection.getContentType() + " - " + new String(connection.getInputStream().readAllBytes(), "UTF-8");
        } catch (Exception error) {
            return error.getClass().getSimpleName();
        }
    }

    public static void main(String[] arguments) throws Exception {
        for (String text : Files.readAllLines(Path.of("urls"))) {
            System.out.println("data-url " + text + ": " + read(text));
        }
        for (String text : new String[] {"100%", "1+1"}) {
            String url = DataURLs.builder(text).build().toString();
            System.out.println("data-url builds of " + text + ": " + url + ", and reads: " + read(url));
        }
    }
}
JAVA
cat > find.py <<'PY'
from urllib.request import urlopen

for url in open("urls").read().splitlines():
    with urlopen(url) as answer:
        print(f"urllib {url}: {answer.headers['content-type']} - {answer.read().decode()}")
PY
{
    timeout 20 python3 find.py
    timeout 60 java -cp usr/share/java/data-url.jar Find.java
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
urllib data:text/plain,Hi: text/plain - Hi
urllib data:text/plain;charset=utf-8,Hi: text/plain;charset=utf-8 - Hi
urllib data:text/html;charset=utf-8;base64,PGI+: text/html;charset=utf-8 - <b>
urllib data:;charset=utf-8,Hi: ;charset=utf-8 - Hi
urllib data:text/plain,1+1: text/plain - 1+1
urllib data:;base64,SGk%3D: text/plain;charset=US-ASCII - Hi
data-url data:text/plain,Hi: text/plain - Hi
data-url data:text/plain;charset=utf-8,Hi: data:text/plain;charset=utf-8,Hi - Hi
data-url data:text/html;charset=utf-8;base64,PGI+: data:text/html;charset=utf-8;base64,PGI+ - <b>
data-url data:;charset=utf-8,Hi: MalformedURLException
data-url data:text/plain,1+1: text/plain - 1 1
data-url data:;base64,SGk%3D: MalformedURLException
data-url builds of 100%: data:,100%, and reads: MalformedURLException
data-url builds of 1+1: data:,1+1, and reads: text/plain;charset=US-ASCII - 1 1
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
