#!/bin/bash
# Emacs' netrc.el: of an entry on three lines it makes three entries, so that no machine has a login or a password.
#
# Versions: Emacs 28.2 (Debian 12: emacs-nox 1:28.2+1-15+deb12u4), Python 3.11's netrc to compare with. Wants `apt-get update` beforehand.
# Expected: ftp(1), "THE .netrc FILE": "The tokens may be separated by spaces, tabs, or new-lines"; after a machine's name "the subsequent .netrc tokens are
#   processed, stopping when the end of file is reached or another machine or a default token is encountered".
# Seen: netrc-parse of "machine example.org", "login jo", "password secret" on lines of their own gives three lists; netrc-machine finds one with a machine
#   and nothing else, and netrc-credentials gives (nil nil). On one line it is right, as is auth-source of the same Emacs with both.
# Why it matters: files of ftp, curl and git are mostly written on several lines. Packages which call netrc.el log in as nobody. Use auth-source.
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

printf 'machine example.org login jo password secret\n' >one
printf 'machine example.org\n  login jo\n  password secret\n' >three
cat > find.el <<'LISP'
(require 'netrc)
(require 'auth-source)
(dolist (file '("one" "three"))
  (princ (format "%s: netrc-parse %S\n" file (netrc-parse file)))
  (princ (format "  netrc-machine %S\n" (netrc-machine (netrc-parse file) "example.org")))
  (let* ((auth-sources (list (expand-file-name file)))
         (found (car (auth-source-search :host "example.org"))))
    (princ (format "  auth-source %S %S\n" (plist-get found :user) (let ((secret (plist-get found :secret))) (if (functionp secret) (funcall secret) secret))))))
LISP
cat > find.py <<'PY'
import netrc

for name in ("one", "three"):
    print(f"Python, {name}: {netrc.netrc(name).authenticators('example.org')}")
PY
chmod 600 one three
{
    timeout 20 python3 find.py
    timeout 60 $emacs -l find.el 2>errors
} >seen || true
cat seen
cat > expected <<'TEXT'
Python, one: ('jo', '', 'secret')
Python, three: ('jo', '', 'secret')
one: netrc-parse ((("machine" . "example.org") ("login" . "jo") ("password" . "secret")))
  netrc-machine (("machine" . "example.org") ("login" . "jo") ("password" . "secret"))
  auth-source "jo" "secret"
three: netrc-parse ((("machine" . "example.org")) (("login" . "jo")) (("password" . "secret")))
  netrc-machine (("machine" . "example.org"))
  auth-source "jo" "secret"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
