#!/bin/bash
# imapcrawler: the mails of a day are those of its whole month, an end that is given as text is a TypeError, and on servers whose folders are divided by
# "/" there are no mails at all.
#
# Versions: imapcrawler 0.1.2 with python-dateutil 2.9.0.post0 (PyPI), Python 3.11, whose imaplib it uses; a server of the script's.
# Expected: RFC 3501, section 6.4.4: SINCE and BEFORE are dates. Section 7.2.2: LIST has the attributes, the delimiter, which is the server's choice
#   ("/" at Gmail, Dovecot with mdbox and Exchange), and the name. query_emails_day() says 'target_day: Month in format "YYYY-MM-DD"'.
# Seen: query_emails_day(mail, "2026-11-03") searches "(SINCE 01-Nov-2026 BEFORE 01-Dec-2026)", as query_emails_month() of November does.
#   query_emails_between(mail, "2026-11-03", "2026-11-04"): it parses the start, which is a date by then, in place of the end. With the answer
#   '(\HasNoChildren) "/" "INBOX"' nothing is selected and the result is empty; with "." the mail is found. Without python-dateutil, which is not among
#   its dependencies, it cannot be imported.
# Why it matters: who crawls day by day gets each mail thirty times; who has another server than its author's gets none and no error.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check imapcrawler==0.1.2 python-dateutil==2.9.0.post0

cat > find.py <<'PY'
import contextlib
import imaplib
import io
import socket
import sys
import threading

with contextlib.redirect_stdout(io.StringIO()):  # It tells which of its optional packages are missing.
    import imapcrawler

MAIL = b"Subject: hello\r\nDate: Tue, 03 Nov 2026 12:00:00 +0000\r\nFrom: jo@example.org\r\n\r\nhello\r\n"


def serve(listener, delimiter, searches):
    connection = listener.accept()[0]
    connection.settimeout(20)
    with connection, connection.makefile("rwb") as file:
        file.write(b"* PREAUTH ready\r\n")
        file.flush()
        for line in file:
            tag, command, *rest = line.split(None, 2)
            command = command.upper()
            if command == b"CAPABILITY":
                file.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif command == b"LIST":
                file.write(b'* LIST (\\HasNoChildren) "' + delimiter + b'" "INBOX"\r\n')
            elif command == b"SELECT":
                file.write(b"* 1 EXISTS\r\n")
            elif command == b"SEARCH":
                searches.append(rest[0].strip().decode())
                file.write(b"* SEARCH 1\r\n")
            elif command == b"FETCH":
                file.write(b"* 1 FETCH (RFC822 {%d}\r\n%s)\r\n" % (len(MAIL), MAIL))
            elif command == b"LOGOUT":
                file.write(b"* BYE\r\n")
            file.write(tag + b" OK done\r\n")
            file.flush()
            if command == b"LOGOUT":
                break


def query(delimiter, function, *arguments):
    """The searches that a function makes, and the subjects it returns, or the name of its error."""
    searches = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener, delimiter, searches))
        thread.start()
        mail = imaplib.IMAP4("127.0.0.1", listener.getsockname()[1], timeout=20)
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                result = [message["Subject"] for _, message in function(mail, *arguments)]
        except TypeError as error:
            result = type(error).__name__
        mail.logout()
        thread.join(20)
    print(f"{function.__name__}{arguments}, delimiter {delimiter.decode()}: searches {searches}, result {result}")
    return searches, result


seen = [
    query(b".", imapcrawler.query_emails_month, "2026-11"),
    query(b".", imapcrawler.query_emails_day, "2026-11-03"),
    query(b".", imapcrawler.query_emails_between, "2026-11-03", "2026-11-04"),
    query(b"/", imapcrawler.query_emails_month, "2026-11"),
]
sys.exit(
    seen
    != [
        (["(SINCE 01-Nov-2026 BEFORE 01-Dec-2026)"], ["hello"]),
        (["(SINCE 01-Nov-2026 BEFORE 01-Dec-2026)"], ["hello"]),
        ([], "TypeError"),
        ([], []),
    ]
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
