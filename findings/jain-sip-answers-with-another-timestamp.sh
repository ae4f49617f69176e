#!/bin/bash
# Java's JAIN SIP of Android: "Timestamp: 1796094632.25" is written back as "1.79609459E9", and a note in Retry-After ends at its first bracket.
#
# Versions: NIST JAIN SIP as in Android (Debian 12: libnist-sip-aosp-java 9.0.0+r35-1.1, libsip-api-java 1.2-2, liblog4j1.2-java 1.2.17-11), a Java 17
#   development kit. Wants `apt-get update` beforehand.
# Expected: RFC 3261, section 25.1: Timestamp = "Timestamp" HCOLON 1*(DIGIT) [ "." *(DIGIT) ] [ LWS delay ]; section 8.2.6.1: the Timestamp of a request
#   MUST be copied into the 100 (Trying). Section 25.1: comment = LPAREN *(ctext / quoted-pair / comment) RPAREN, so comments nest, and
#   Retry-After = delta-seconds [ comment ] *( SEMI retry-param ). Section 20.19: the value of Expires is a number between 0 and (2**32)-1. RFC 3966,
#   section 3: a tel URI may have parameters; getPostDial() is there for that of RFC 2806.
# Seen: a time with a fraction becomes a float of 24 bits, and getTime() is 40 seconds early. Of "120 (in a (long) meeting);duration=60" the note is "in a
#   (long", the duration is lost, and the header is written with an open bracket. Expires: 4294967295 is a ParseException. getPostDial() is null.
# Why it matters: the other side cannot find its request, and computes a round trip of 40 seconds, or refuses the header. Whole seconds come through.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libnist-sip-aosp-java=9.0.0+r35-1.1 libsip-api-java=1.2-2 liblog4j1.2-java=1.2.17-11 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > Find.java <<'JAVA'
import gov.nist.javax.sip.address.TelURLImpl;
import gov.nist.javax.sip.header.Expires;
import gov.nist.javax.sip.header.RetryAfter;
import gov.nist.javax.sip.header.TimeStamp;
import gov.nist.javax.sip.parser.ExpiresParser;
import gov.nist.javax.sip.parser.RetryAfterParser;
import gov.nist.javax.sip.parser.TimeStampParser;
import gov.nist.javax.sip.parser.URLParser;
import java.text.ParseException;

public class Find {
    public static void main(String[] arguments) throws Exception {
        for (String text : new String[] {"54.25", "1796094632", "1796094632.25"}) {
            TimeStamp header = (TimeStamp) new TimeStampParser("Timestamp: " + text + "\n").parse();
            System.out.println("Timestamp: " + text + " -> " + header.encode().trim() + "; getTime() " + header.getTime());
        }
        for (String text : new String[] {"120 (in a meeting)", "120;duration=60", "120 (in a (long) meeting);duration=60"}) {
            RetryAfter header = (RetryAfter) new RetryAfterParser("Retry-After: " + text + "\n").parse();
            System.out.println("Retry-After: " + text + " -> " + header.encode().trim() + "; duration " + header.getDuration());
        }
        for (String text : new String[] {"3600", "4294967295"}) {
            try {
                System.out.println("Expires: " + text + " -> " + ((Expires) new ExpiresParser("Expires: " + text + "\n").parse()).encode().trim());
            } catch (ParseException error) {
                System.out.println("Expires: " + text + " -> ParseException");
            }
        }
        TelURLImpl url = (TelURLImpl) new URLParser("tel:+358-555-1234567;postd=pp22").parse();
        System.out.println(url + ": number " + url.getPhoneNumber() + ", parameter " + url.getParameter("postd") + ", postDial " + url.getPostDial());
    }
}
JAVA
timeout 60 java -cp "usr/share/java/nist-sip-aosp.jar:usr/share/java/sip-api-1.2.jar:usr/share/java/log4j-1.2.jar" Find.java >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Timestamp: 54.25 -> Timestamp: 54.25; getTime() 54
Timestamp: 1796094632 -> Timestamp: 1796094632; getTime() 1796094632
Timestamp: 1796094632.25 -> Timestamp: 1.79609459E9; getTime() 1796094592
Retry-After: 120 (in a meeting) -> Retry-After: 120 (in a meeting); duration -1
Retry-After: 120;duration=60 -> Retry-After: 120;duration=60; duration 60
Retry-After: 120 (in a (long) meeting);duration=60 -> Retry-After: 120 (in a (long); duration -1
Expires: 3600 -> Expires: 3600
Expires: 4294967295 -> ParseException
tel:+358-555-1234567;postd=pp22: number 358-555-1234567, parameter pp22, postDial null
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
