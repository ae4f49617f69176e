#!/bin/bash
# Java's Dumbster, an SMTP server for tests: the mail it shows has no line breaks, one line of a folded header and dots twice, and RSET ends all.
#
# Versions: Dumbster 1.6 (Debian 12: libdumbster-java 1.6+debian-4), a Java 17 development kit, Python 3.11 (smtplib and email). Wants
#   `apt-get update` beforehand.
# Expected: RFC 5321, section 4.5.2: if a line begins with a dot and more characters, the first dot is deleted. RFC 5322, section 2.2.3: a line that
#   begins with a blank belongs to the header before. Section 1.2.2: names of headers are not case-sensitive. RFC 5321, section 4.1.1.5: RSET aborts
#   the mail transaction; section 4.1.4: MAIL may follow at once.
# Seen: getBody() glues the lines of a mail together: "one", "two" are "onetwo"; an empty line alone becomes a line break. ".profile" is "..profile". Of a
#   folded Subject the second line is lost, and getHeaderValue("subject") is null. After RSET, MAIL gets "503 Bad sequence of commands".
# Why it matters: it is there to test what a program sends. A test that the mail holds two lines, or a long subject, fails for a right mail, and cannot
#   see that lines are missing. A client which sends RSET between mails fails here only.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libdumbster-java=1.6+debian-4 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > Find.java <<'JAVA'
import com.dumbster.smtp.SimpleSmtpServer;
import com.dumbster.smtp.SmtpMessage;
import java.net.ServerSocket;
import java.util.Iterator;

public class Find {
    static String shown(String text) {
        return text == null ? "null" : "\"" + text.replace("\n", "\\n") + "\"";
    }

    public static void main(String[] arguments) throws Exception {
        int port;
        try (ServerSocket probe = new ServerSocket(0)) {
            port = probe.getLocalPort();
        }
        SimpleSmtpServer server = SimpleSmtpServer.start(port);
        Process client = new ProcessBuilder("timeout", "20", "python3", "send.py", "" + port).inheritIO().start();
        client.waitFor();
        server.stop();
        for (Iterator<?> mails = server.getReceivedEmail(); mails.hasNext();) {
            SmtpMessage mail = (SmtpMessage) mails.next();
            System.out.println("Subject " + shown(mail.getHeaderValue("Subject")) + ", subject " + shown(mail.getHeaderValue("subject"))
                + ", body " + shown(mail.getBody()));
        }
    }
}
JAVA
cat > send.py <<'PY'
import email
import email.policy
import smtplib
import sys

MAIL = "To: jo@example.org\nSubject: Minutes of\n the meeting\n\none\ntwo\n\n.profile\n"
mail = email.message_from_string(MAIL, policy=email.policy.default)
print(f"Python: Subject \"{mail['subject']}\", body {mail.get_content()!r}", flush=True)
smtp = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=10)
smtp.sendmail("doe@example.org", ["jo@example.org"], MAIL)
print("RSET:", smtp.rset()[0], "- MAIL:", *smtp.mail("doe@example.org"), flush=True)
smtp.close()
PY
timeout 60 java -cp usr/share/java/dumbster.jar Find.java >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Python: Subject "Minutes of the meeting", body 'one\ntwo\n\n.profile\n'
RSET: 250 - MAIL: 503 b'Bad sequence of commands: MAIL'
Subject "Minutes of", subject null, body "onetwo\n..profile"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
