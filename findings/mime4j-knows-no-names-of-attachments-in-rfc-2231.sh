#!/bin/bash
# Apache James Mime4j of Debian 12: an attachment has no name if that is written as filename*=UTF-8''..., or in two parts, and no date if it lacks seconds.
#
# Versions: Mime4j 0.8.2 (Debian 12: libapache-mime4j-java 0.8.2-1), Python 3.11's email package for comparison. Wants `apt-get update` beforehand,
#   and a JDK (17).
# Expected: RFC 2231, sections 3 and 4: a parameter may be written as name*0 and name*1, and as name*=charset'language'text; RFC 2183, section 2, refers
#   to it for the filename. RFC 5322, section 3.3: time-of-day = hour ":" minute [ ":" second ].
# Seen: getFilename() is null for filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt, and for filename*0="long-"; filename*1="name.txt". getDate() is null for
#   "Mon, 30 Nov 2026 05:00 +0100" and "30 Nov 26 05:00 EST". A plain filename, and a date with seconds, are read. Python reads all of them.
# Why it matters: most mail programs write names with umlauts, and long ones, in this way. The file comes without its name, and so without its kind.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libapache-mime4j-java=0.8.2-1 libcommons-io-java=2.11.0-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > Find.java <<'JAVA'
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.message.DefaultMessageBuilder;

public class Find {
    public static void main(String[] arguments) throws Exception {
        for (String name : arguments) {
            Message mail = new DefaultMessageBuilder().parseMessage(Files.newInputStream(Path.of(name)));
            System.out.println(mail.getFilename() + "; " + (mail.getDate() == null ? null : mail.getDate().toInstant()));
        }
    }
}
JAVA
cat > find.py <<'PY'
import email
import email.policy
import subprocess
import sys
from datetime import timezone

MAILS = (
    ('filename="notes.txt"', "Mon, 30 Nov 2026 05:00:00 +0100"),
    ("filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt", "Mon, 30 Nov 2026 05:00 +0100"),
    ('filename*0="long-"; filename*1="name.txt"', "30 Nov 26 05:00 EST"),
)
for number, (name, date) in enumerate(MAILS):
    with open(f"{number}.eml", "w", newline="\r\n") as file:
        file.write(f"From: jo@example.org\nDate: {date}\nContent-Type: text/plain\nContent-Disposition: attachment; {name}\n\nHello\n")
path = ":".join(f"usr/share/java/{name}.jar" for name in ("apache-mime4j-core", "apache-mime4j-dom", "apache-mime4j-storage", "commons-io"))
command = ["java", "-Dfile.encoding=UTF-8", "-cp", path, "Find.java", *(f"{number}.eml" for number in range(len(MAILS)))]
result = subprocess.run(command, capture_output=True, timeout=50)
for number, ((name, date), line) in enumerate(zip(MAILS, result.stdout.decode().splitlines(), strict=True)):
    with open(f"{number}.eml", "rb") as file:
        mail = email.message_from_binary_file(file, policy=email.policy.default)
    right = mail["date"].datetime.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    print(f"{name}; {date}\n  Mime4j: {line}\n  Python: {ascii(mail.get_filename())[1:-1]}; {right}")
sys.stdout.write(result.stderr.decode())
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
filename="notes.txt"; Mon, 30 Nov 2026 05:00:00 +0100
  Mime4j: notes.txt; 2026-11-30T04:00:00Z
  Python: notes.txt; 2026-11-30T04:00:00Z
filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt; Mon, 30 Nov 2026 05:00 +0100
  Mime4j: null; null
  Python: Gr\xfc\xdfe.txt; 2026-11-30T04:00:00Z
filename*0="long-"; filename*1="name.txt"; 30 Nov 26 05:00 EST
  Mime4j: null; null
  Python: long-name.txt; 2026-11-30T10:00:00Z
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
