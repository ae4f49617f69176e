#!/bin/bash
# GNU Mailutils' sieve: a subject with an umlaut is compared as it was encoded, "redirect" must be required, and "KEEP" is an unknown action.
#
# Versions: GNU Mailutils 3.15 (Debian 12: mailutils 1:3.15-4 and its libraries); Dovecot's sieve-test, Pigeonhole 0.5.19 (dovecot-sieve
#   1:2.3.19.1+dfsg1-2.1+deb12u7), for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 5228, section 2.1: tokens "are considered case-insensitive". Section 2.7.2: headers encoded by RFC 2047 are decoded before they are
#   compared. Section 4.2: redirect is one of the actions that every implementation has; only extensions are named by "require" (section 3.2).
# Seen: of a mail with the subject "Grüße", as mail programs encode it, header :is "subject" "Grüße" is false, and header :contains "subject" "=C3" is
#   true. redirect ends with "action `redirect' has not been required". "if TRUE { KEEP; }" has an unknown test and an unknown action. sieve-test,
#   given the same, discards the mail that has the subject, finds no "=C3", and takes the other two scripts.
# Why it matters: the filters that a user has on his server do not work on the local mailbox or on the one fetched over IMAP and POP3, and those that
#   look for words in other languages than English let everything through.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"
apt-get -qq download mailutils=1:3.15-4 libmailutils9=1:3.15-4 mailutils-common=1:3.15-4 libgsasl18=2.2.0-1+deb12u2 libntlm0=1.6-4 libgssglue1=0.7-1.1 \
    libmariadb3=1:10.11.19-0+deb12u1 libidn12=1.41-1 libltdl7=2.4.7-7~deb12u1 dovecot-{sieve,core}=1:2.3.19.1+dfsg1-2.1+deb12u7 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
{
    echo 'From jo@example.org Mon Jan  5 00:00:00 2026'
    printf 'From: jo@example.org\nTo: user@example.org\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n\ntext\n' | tee mail
} >mbox

by_mailutils() {
    LD_LIBRARY_PATH=usr/lib/x86_64-linux-gnu timeout 20 usr/bin/sieve --no-program-name -f "$work/mbox" --verbose --dry-run script.sieve 2>&1 |
        sed 's/^script.sieve:[0-9.-]*: //'
}

by_dovecot() {
    # DOVECONF_ENV: there are no configuration files here, so the settings are taken from the environment.
    LD_LIBRARY_PATH=usr/lib/dovecot DOVECONF_ENV=1 USER=jo MAIL_UID=$user MAIL_GID=$group MAIL_LOCATION=maildir:$work/Maildir \
        timeout 20 usr/bin/sieve-test script.sieve mail 2>&1 | grep -E '^ \* |error:' | tr '\n' ' '
}
user=$(id -u) group=$(id -g)
if [ "$user" = 0 ]; then # which it refuses
    user=65534 group=65534
fi
mkdir Maildir

export LC_ALL=C.UTF-8 HOME=$work
while read -r script; do
    echo "$script" | tee script.sieve
    echo "  Mailutils: $(by_mailutils)"
    echo "  Dovecot:$(by_dovecot)"
done >seen <<'TEXT'
if header :is "from" "jo@example.org" { discard; }
if header :is "subject" "Grüße" { discard; }
if header :contains "subject" "=C3" { discard; }
redirect "other@example.org";
if TRUE { KEEP; }
TEXT
cat seen
cat > expected <<'TEXT'
if header :is "from" "jo@example.org" { discard; }
  Mailutils: DISCARD on msg uid 1: marking as deleted
  Dovecot: * discard 
if header :is "subject" "Grüße" { discard; }
  Mailutils: IMPLICIT KEEP on msg uid 1
  Dovecot: * discard 
if header :contains "subject" "=C3" { discard; }
  Mailutils: DISCARD on msg uid 1: marking as deleted
  Dovecot: * store message in folder: INBOX 
redirect "other@example.org";
  Mailutils: action `redirect' has not been required
  Dovecot: * redirect message to: <other@example.org> 
if TRUE { KEEP; }
  Mailutils: unknown test: TRUE
unknown action: KEEP
  Dovecot: * store message in folder: INBOX 
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
