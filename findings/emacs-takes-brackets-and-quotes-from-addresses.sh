#!/bin/bash
# Emacs' ietf-drums, the address parser of Gnus: of "Team: a@example.org, c@example.org;" it makes the addresses "Team:a@example.org" and "c@example.org;".
#
# Versions: Emacs 28.2 (Debian 12: emacs-nox 1:28.2+1-15+deb12u4), Python 3.11's email to compare with. Wants `apt-get update` beforehand.
# Expected: RFC 5322, section 3.4: group = display-name ":" [group-list] ";" - the parts of a group are its addresses. Section 3.4.1: local-part may be a
#   quoted-string, domain may be in "[" and "]"; without its quotation marks "jo doe"@example.org is no address. RFC 5321, section 4.1.3: [IPv6:...].
# Seen: ietf-drums-parse-addresses adds the name of a group to its first address, and the semicolon to its last. Of "jo doe"@example.org the address is jo
#   doe@example.org, of jo@[IPv6:2001:db8::1] it is jo@IPv6:2001:db8::1. Only between "<" and ">" is everything kept.
# Why it matters: a wide reply of Gnus or message-mode to such a mail goes to addresses which do not exist. mail-extract-address-components keeps the quotes.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
version=1:28.2+1-15+deb12u4
apt-get -qq download emacs-nox=$version emacs-common=$version emacs-bin-common=$version emacs-el=$version \
    libgccjit0=12.2.0-14+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
lisp=$work/usr/share/emacs/28.2/lisp
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu EMACSDATA=$work/usr/share/emacs/28.2/etc EMACSDOC=$work/usr/share/emacs/28.2/etc HOME=$work
EMACSLOADPATH=$(find "$lisp" -type d -printf '%p:')$lisp
export EMACSLOADPATH LC_ALL=C.UTF-8 TZ=UTC
emacs="$work/usr/bin/emacs-nox --dump-file=$work/usr/libexec/emacs/28.2/x86_64-linux-gnu/emacs.pdmp -Q --batch"

cat > addresses <<'TEXT'
Jo Doe <jo@example.org>
"Doe, Jo" <jo@example.org>, a@example.org
Team: a@example.org, c@example.org;
"jo doe"@example.org
Jo <jo@[192.0.2.1]>
jo@[IPv6:2001:db8::1]
TEXT
cat > find.el <<'LISP'
(require 'ietf-drums)
(with-temp-buffer
  (insert-file-contents "addresses")
  (dolist (line (split-string (buffer-string) "\n" t))
    (princ (format "Emacs %s\n  %S\n" line (mapcar #'car (ietf-drums-parse-addresses line))))))
LISP
cat > find.py <<'PY'
import email.policy

for line in open("addresses").read().splitlines():
    header = email.policy.default.header_factory("To", line)
    print(f"Python {line}\n  {[address.addr_spec for address in header.addresses]}")
PY
{
    timeout 20 python3 find.py
    timeout 60 $emacs -l find.el 2>errors
} >seen || true
cat seen
cat > expected <<'TEXT'
Python Jo Doe <jo@example.org>
  ['jo@example.org']
Python "Doe, Jo" <jo@example.org>, a@example.org
  ['jo@example.org', 'a@example.org']
Python Team: a@example.org, c@example.org;
  ['a@example.org', 'c@example.org']
Python "jo doe"@example.org
  ['"jo doe"@example.org']
Python Jo <jo@[192.0.2.1]>
  ['jo@[192.0.2.1]']
Python jo@[IPv6:2001:db8::1]
  ['jo@[IPv6:2001:db8::1]']
Emacs Jo Doe <jo@example.org>
  ("jo@example.org")
Emacs "Doe, Jo" <jo@example.org>, a@example.org
  ("jo@example.org" "a@example.org")
Emacs Team: a@example.org, c@example.org;
  ("Team:a@example.org" "c@example.org;")
Emacs "jo doe"@example.org
  ("jo doe@example.org")
Emacs Jo <jo@[192.0.2.1]>
  ("jo@[192.0.2.1]")
Emacs jo@[IPv6:2001:db8::1]
  ("jo@IPv6:2001:db8::1")
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
