#!/bin/bash
# Elpher, the Gemini browser of Emacs: on gemini://example.org/list/people the link "?page=2" leads to gemini://example.org/list/?page=2.
#
# Versions: Elpher 2.10.2 (Debian 12: elpa-elpher 2.10.2-2), Emacs 28.2 (emacs-nox 1:28.2+1-15+deb12u4), Python 3.11's urllib to compare with. Wants
#   `apt-get update` beforehand.
# Expected: the specification of Gemini, "Link lines": URLs may be absolute or relative, as in RFC 3986. RFC 3986, section 5.2.2: if the path of a relative
#   reference is empty, the path is that of the base; section 5.4.1: with the base http://a/b/c/d;p?q, "?y" is http://a/b/c/d;p?y, and "#s" is
#   http://a/b/c/d;p?q#s.
# Seen: for "?page=2" and "#top" Elpher cuts the last part of the base's path, as if there was a name in front. Of an address typed without a scheme,
#   example.org/list, it makes gopher://example.org/list/1 with the host "example.org/list". Other relative links are right.
# Why it matters: pages of lists, searches and games in Gemini lead on with "?": each "next" is "not found", and an answer to a question of the server is
#   sent to the folder above.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
version=1:28.2+1-15+deb12u4
apt-get -qq download emacs-nox=$version emacs-common=$version emacs-bin-common=$version emacs-el=$version \
    libgccjit0=12.2.0-14+deb12u1 \
    elpa-elpher=2.10.2-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
lisp=$work/usr/share/emacs/28.2/lisp
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu EMACSDATA=$work/usr/share/emacs/28.2/etc EMACSDOC=$work/usr/share/emacs/28.2/etc HOME=$work
EMACSLOADPATH=$(find "$lisp" -type d -printf '%p:')$work/usr/share/emacs/site-lisp/elpa-src/elpher-2.10.2
export EMACSLOADPATH LC_ALL=C.UTF-8 TZ=UTC
emacs="$work/usr/bin/emacs-nox --dump-file=$work/usr/libexec/emacs/28.2/x86_64-linux-gnu/emacs.pdmp -Q --batch"

cat > cases <<'TEXT'
gemini://example.org/list/people person
gemini://example.org/list/people ../jo
gemini://example.org/list/people ?page=2
gemini://example.org/list/people?page=1 ?page=2
gemini://example.org/list/people #top
gemini://example.org/list/ ?page=2
TEXT
cat > find.el <<'LISP'
(require 'elpher)
(with-temp-buffer
  (insert-file-contents "cases")
  (dolist (line (split-string (buffer-string) "\n" t))
    (let* ((words (split-string line))
           (elpher-current-page (elpher-make-page "page" (elpher-address-from-url (car words)))))
      (princ (format "Elpher %s: %s\n" line (elpher-address-to-url (elpher-address-from-gemini-url (cadr words))))))))
(let ((address (elpher-address-from-url "example.org/list")))
  (princ (format "Elpher example.org/list: %s, host %s\n" (elpher-address-to-url address) (elpher-address-host address))))
LISP
cat > find.py <<'PY'
from urllib.parse import urljoin

for line in open("cases").read().splitlines():
    base, link = line.split()
    print(f"Python {line}: {urljoin(base.replace('gemini', 'http'), link).replace('http', 'gemini')}")
PY
{
    timeout 20 python3 find.py
    timeout 60 $emacs -l find.el 2>errors
} >seen || true
cat seen
cat > expected <<'TEXT'
Python gemini://example.org/list/people person: gemini://example.org/list/person
Python gemini://example.org/list/people ../jo: gemini://example.org/jo
Python gemini://example.org/list/people ?page=2: gemini://example.org/list/people?page=2
Python gemini://example.org/list/people?page=1 ?page=2: gemini://example.org/list/people?page=2
Python gemini://example.org/list/people #top: gemini://example.org/list/people#top
Python gemini://example.org/list/ ?page=2: gemini://example.org/list/?page=2
Elpher gemini://example.org/list/people person: gemini://example.org/list/person
Elpher gemini://example.org/list/people ../jo: gemini://example.org/jo
Elpher gemini://example.org/list/people ?page=2: gemini://example.org/list/?page=2
Elpher gemini://example.org/list/people?page=1 ?page=2: gemini://example.org/list/?page=2
Elpher gemini://example.org/list/people #top: gemini://example.org/list/#top
Elpher gemini://example.org/list/ ?page=2: gemini://example.org/list/?page=2
Elpher example.org/list: gopher://example.org/list/1, host example.org/list
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
