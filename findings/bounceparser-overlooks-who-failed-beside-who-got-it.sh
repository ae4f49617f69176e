#!/bin/bash
# Perl's BounceParser: a bounce that names, beside who failed, one who got the mail or still may is no bounce, and jo@[192.0.2.1] loses its brackets.
#
# Versions: Mail::DeliveryStatus::BounceParser 1.543 (Debian 12: libmail-deliverystatus-bounceparser-perl 1.543+repacked-1), Python 3.11's email package
#   for comparison. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 3464, section 2: a report has a group of fields for each recipient. Section 2.3.3: each group has an Action of its own, which is failed,
#   delayed, delivered, relayed or expanded. RFC 5321, section 4.1.3: an address literal is written in brackets. The module's manual promises the
#   addresses that bounced.
# Seen: of a report with jo "failed" the parser says that it is a bounce, of jo. With al "delayed" or "delivered" in the same report is_bounce() is 0;
#   if al comes first there are no reports at all, and jo's failure is lost. With bo "expanded" it is a bounce, of both. jo@[192.0.2.1] is
#   "jo@192.0.2.1".
# Why it matters: mailing lists take off the addresses that fail. If one server has several recipients, and one of these wanted to know that the mail
#   has come, the list keeps writing to those who are gone.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libmail-deliverystatus-bounceparser-perl=1.543+repacked-1 libmime-tools-perl=5.510-1 libmailtools-perl=2.21-2 \
    libtimedate-perl=2.3300-2 libio-stringy-perl=2.111-3 libconvert-binhex-perl=1.125-3 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.pl <<'PERL'
use strict;
use warnings;
use Mail::DeliveryStatus::BounceParser;

my $bounce = Mail::DeliveryStatus::BounceParser->new(do { local $/; <STDIN> });
print "is_bounce ", $bounce->is_bounce, ", reports: ", join(" ", map { $_->get("email") =~ s/\s+//gr } $bounce->reports) || "none", "\n";
PERL
cat > find.py <<'PY'
import email
import os
import subprocess

REPORT = """\
From: MAILER-DAEMON@mx.example.org
To: list@example.com
Subject: Delivery report
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="xx"

--xx
Content-Type: text/plain

This is a report about your mail.

--xx
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Mon, 30 Nov 2026 05:00:00 +0100

{}
--xx
Content-Type: message/rfc822

From: list@example.com
To: list@example.com
Subject: News
Message-ID: <1@example.com>

News
--xx--
"""
STATUS = {"failed": "5.1.1", "delayed": "4.4.1", "delivered": "2.0.0", "expanded": "2.0.0"}
CASES = (
    (("jo@example.org", "failed"),),
    (("jo@example.org", "failed"), ("bo@example.org", "expanded")),
    (("bo@example.org", "expanded"), ("jo@example.org", "failed")),
    (("jo@example.org", "failed"), ("al@example.org", "delayed")),
    (("al@example.org", "delayed"), ("jo@example.org", "failed")),
    (("al@example.org", "delivered"), ("jo@example.org", "failed")),
    (("jo@[192.0.2.1]", "failed"),),
)
environment = {**os.environ, "PERL5LIB": "usr/share/perl5"}
for case in CASES:
    fields = (f"Final-Recipient: rfc822; {who}\nAction: {action}\nStatus: {STATUS[action]}\n" for who, action in case)
    report = REPORT.format("\n".join(fields))
    groups = email.message_from_string(report).get_payload()[1].get_payload()[1:]
    failed = [group["final-recipient"].split("; ")[1] for group in groups if group["action"] == "failed"]
    print(", ".join(f"{who} {action}" for who, action in case) + f" (failed, by Python: {' '.join(failed)})")
    result = subprocess.run(["perl", "find.pl"], input=report, env=environment, capture_output=True, text=True, timeout=30)
    print("   ", result.stdout + result.stderr, end="")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
jo@example.org failed (failed, by Python: jo@example.org)
    is_bounce 1, reports: jo@example.org
jo@example.org failed, bo@example.org expanded (failed, by Python: jo@example.org)
    is_bounce 1, reports: jo@example.org bo@example.org
bo@example.org expanded, jo@example.org failed (failed, by Python: jo@example.org)
    is_bounce 1, reports: bo@example.org jo@example.org
jo@example.org failed, al@example.org delayed (failed, by Python: jo@example.org)
    is_bounce 0, reports: jo@example.org
al@example.org delayed, jo@example.org failed (failed, by Python: jo@example.org)
    is_bounce 0, reports: none
al@example.org delivered, jo@example.org failed (failed, by Python: jo@example.org)
    is_bounce 0, reports: none
jo@[192.0.2.1] failed (failed, by Python: jo@[192.0.2.1])
    is_bounce 1, reports: jo@192.0.2.1
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
