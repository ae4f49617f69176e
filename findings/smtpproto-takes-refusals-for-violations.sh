#!/bin/bash
# smtpproto: a mail refused as spam, a recipient refused with 554 and a server that is about to go are "protocol violations" to it, with which the
# connection is over.
#
# Versions: smtpproto 2.0.0 (PyPI), smtplib of Python 3.11 to compare with.
# Expected: RFC 5321, section 4.2: a client "MUST be prepared to handle codes not in" its list "and MUST do so by interpreting the first digit
#   only". Section 4.3.2: after the text of DATA, 552, 554, 451, 452, 450 and 550 are listed; section 3.8: 421 may answer any command. RFC 3207,
#   section 4: STARTTLS may be answered with 454, and the session goes on. Section 3.2 of RFC 5321: after 502 for EHLO the client tries HELO.
# Seen: feed_bytes() raises SMTPProtocolViolation, "Unexpected response", and the state is finished, for 554 after the text, 554 for RCPT (as
#   Postfix says "Relay access denied"), 454 for STARTTLS, 421 for MAIL and 502 for EHLO. Only 250 is accepted after the text. 550 for RCPT is a
#   response. smtplib raises the error of each command, and its connection can be used for the next mail.
# Why it matters: a list of recipients ends at the first one that is refused with 554, and a mail to somebody else cannot be sent on the connection
#   behind one that was refused for what it says. Catch the violation, connect again, and read the code in its text.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check smtpproto==2.0.0

cat > find.py <<'PY'
import email.message
import smtplib
import socket
import sys
import threading

from smtpproto.protocol import SMTPClientProtocol, SMTPProtocolViolation

MESSAGE = email.message.EmailMessage()
MESSAGE["From"], MESSAGE["To"], MESSAGE["Subject"] = "jo@example.org", "you@example.org", "Hello"
MESSAGE.set_content("Hello")
STEPS = ["EHLO", "STARTTLS", "MAIL", "RCPT", "DATA", "text"]


def answer_of(step, answers):
    usual = {"EHLO": "250-mail.example.org\r\n250 STARTTLS", "DATA": "354 go on"}
    return answers.get(step, usual.get(step, "250 fine")).encode() + b"\r\n"


def by_smtpproto(**answers):
    """The last answer that the protocol gives out, or what it raises."""
    protocol = SMTPClientProtocol()
    protocol.feed_bytes(b"220 mail.example.org\r\n")
    calls = {
        "EHLO": lambda: protocol.send_greeting("client.example.org"),
        "STARTTLS": protocol.start_tls,
        "MAIL": lambda: protocol.mail("jo@example.org"),
        "RCPT": lambda: protocol.recipient("you@example.org"),
        "DATA": protocol.start_data,
        "text": lambda: protocol.data(MESSAGE),
    }
    for step in STEPS:
        if step == "STARTTLS" and step not in answers:
            continue
        calls[step]()
        protocol.get_outgoing_data()
        try:
            response = protocol.feed_bytes(answer_of(step, answers))
        except SMTPProtocolViolation as error:
            return str(error)[:25], protocol.state.name
        if step in answers:
            return response and response.code, protocol.state.name
    return "sent", protocol.state.name


def by_smtplib(**answers):
    """The code in smtplib's error, and whether the connection still works."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            connection, _ = listener.accept()
            connection.settimeout(20)
            lines = connection.makefile("rb")
            connection.sendall(b"220 mail.example.org\r\n")
            for line in lines:
                step = line.split()[0].decode().upper().rstrip(":")
                connection.sendall(answer_of({"NOOP": "NOOP", "RSET": "RSET"}.get(step, step), answers))
                if step == "DATA":
                    while lines.readline() != b".\r\n":
                        pass
                    connection.sendall(answer_of("text", answers))

        threading.Thread(target=serve, daemon=True).start()
        client = smtplib.SMTP("127.0.0.1", listener.getsockname()[1], timeout=20)
        try:
            client.send_message(MESSAGE)
            result = "sent"
        except smtplib.SMTPResponseException as error:
            result = error.smtp_code
        except smtplib.SMTPRecipientsRefused as error:
            result = next(iter(error.recipients.values()))[0]
        return result, client.noop()[0] == 250


cases = [{}, {"text": "554 5.7.1 Spam"}, {"RCPT": "554 5.7.1 Relay access denied"}, {"RCPT": "550 No such user"}]
seen = []
for case in cases:
    seen.append((by_smtpproto(**case), by_smtplib(**case)))
    print(f"{case or 'all is well'}: smtpproto {seen[-1][0]}; smtplib {seen[-1][1]}")
others = [by_smtpproto(**case) for case in ({"STARTTLS": "454 not now"}, {"MAIL": "421 Going down"}, {"EHLO": "502 What?"})]
print(f"454 for STARTTLS, 421 for MAIL, 502 for EHLO: {others}")
right = [
    (("sent", "ready"), ("sent", True)),
    (("Unexpected response: 554 ", "finished"), (554, True)),
    (("Unexpected response: 554 ", "finished"), (554, True)),
    ((550, "mailtx"), (550, True)),
]
sys.exit(seen != right or others != [(f"Unexpected response: {code} ", "finished") for code in (454, 421, 502)])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
