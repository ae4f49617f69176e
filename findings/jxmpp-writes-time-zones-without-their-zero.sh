#!/bin/bash
# Java's jXMPP: the time zone of Berlin is "+1:00", of a zone half an hour west of UTC "+0:30", and it does not understand its own.
#
# Versions: jXMPP 1.0.1 (Debian 12: libjxmpp-java 1.0.1-3), a Java 17 development kit, Python 3.11 to compare with. Wants `apt-get update` beforehand.
# Expected: XEP-0082, section 3.2: a time zone is "Z" or (+|-)hh:mm, the offset from UTC; hh is two digits. XEP-0202, section 3: <tzo/> is the numeric
#   time zone offset in that form (its example is -06:00).
# Seen: XmppDateTime.asString() writes the hour with one digit: +1:00, -3:30, +0:00. The sign of an offset between 0 and -1 hours is lost. A date with
#   such an end is refused by jXMPP's own parseDate() and by Python; with +01:00 both read it.
# Why it matters: Smack answers "what time is it at your place?" with this text. A peer that reads by the specification shows no local time, and one
#   that cuts at fixed places shows another.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libjxmpp-java=1.0.1-3 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > Find.java <<'JAVA'
import java.text.ParseException;
import java.util.TimeZone;
import org.jxmpp.util.XmppDateTime;

public class Find {
    static String read(String text) {
        try {
            return XmppDateTime.parseDate(text).toInstant().toString();
        } catch (ParseException error) {
            return "ParseException";
        }
    }

    public static void main(String[] arguments) throws Exception {
        System.out.println("2027-01-11T09:00:00+01:00: " + read("2027-01-11T09:00:00+01:00"));
        for (String name : new String[] {"Etc/UTC", "Etc/GMT-1", "Asia/Kolkata", "Etc/GMT+6", "GMT-03:30", "GMT-00:30", "Etc/GMT-12"}) {
            String zone = XmppDateTime.asString(TimeZone.getTimeZone(name));
            System.out.println(name + ": " + zone + "; with it: " + read("2027-01-11T09:00:00" + zone));
        }
    }
}
JAVA
timeout 60 java -cp usr/share/java/jxmpp-core.jar Find.java >seen 2>&1 || true
timeout 20 python3 - >>seen 2>&1 <<'PY' || true
from datetime import datetime

for text in ("2027-01-11T09:00:00+01:00", "2027-01-11T09:00:00+1:00"):
    try:
        print("Python:", datetime.fromisoformat(text).isoformat())
    except ValueError as error:
        print("Python:", error)
PY
cat seen
cat > expected <<'TEXT'
2027-01-11T09:00:00+01:00: 2027-01-11T08:00:00Z
Etc/UTC: +0:00; with it: ParseException
Etc/GMT-1: +1:00; with it: ParseException
Asia/Kolkata: +5:30; with it: ParseException
Etc/GMT+6: -6:00; with it: ParseException
GMT-03:30: -3:30; with it: ParseException
GMT-00:30: +0:30; with it: ParseException
Etc/GMT-12: +12:00; with it: 2027-01-10T21:00:00Z
Python: 2027-01-11T09:00:00+01:00
Python: Invalid isoformat string: '2027-01-11T09:00:00+1:00'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
