#!/bin/bash
# Ruby's httpauth: the password p:w is read as "p", and of a digest challenge the realm, the list in qop and the opaque come out mutilated.
#
# Versions: httpauth 0.2.1 (Debian 12: ruby-httpauth 0.2.1+gh-1.1), Ruby 3.1.2 (ruby3.1, libruby3.1 3.1.7+really3.1.2-0+deb12u1), Python 3.11 for
#   comparison. Wants `apt-get update` beforehand.
# Expected: RFC 7617, section 2: the user-id has no colon, all behind the first one is the password. RFC 7616, section 3.3: realm, nonce, opaque and
#   qop are quoted strings, in which commas may stand (RFC 9110, section 5.6.4), "\"" is a quotation mark, and a qop of "auth,auth-int" offers both.
# Seen: Basic.unpack_authorization() of what pack_authorization() has written for "p:w" gives "p". In a challenge the header is split at each comma:
#   the realm "Example, Inc." is "\"Example", qop="auth,auth-int" is one value, "\"auth", and parts of both become names of fields. An opaque with
#   escaped marks keeps the marks around it. A challenge without such values is read right, and Python's urllib reads both.
# Why it matters: users with a colon in their password cannot log in, and a client answers a server that offers auth-int, as the RFC's example does,
#   with nothing that it could accept.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-httpauth=0.2.1+gh-1.1 {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
export RUBYLIB=usr/lib/ruby/vendor_ruby:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0

cat > find.rb <<'RUBY'
require "httpauth"
for password in ["secret", "p:w"]
  header = HTTPAuth::Basic.pack_authorization("user", password)
  puts "#{header}: #{HTTPAuth::Basic.unpack_authorization(header)}"
end
for header in ARGV
  puts header
  HTTPAuth::Digest::Challenge.from_header(header).h.each { |name, value| puts "    #{name}: #{value}" }
end
RUBY
cat > find.py <<'PY'
import sys
import urllib.request

for header in sys.argv[1:]:
    parsed = urllib.request.parse_keqv_list(urllib.request.parse_http_list(header.partition(" ")[2]))
    print("Python:", *(f"{name}: {value}" for name, value in parsed.items()), sep="\n    ")
PY
simple='Digest realm="Example", nonce="bm9uY2U=", qop="auth", algorithm=MD5'
full='Digest realm="Example, Inc.", nonce="bm9uY2U=", qop="auth,auth-int", opaque="a\"b", algorithm=MD5'
{
    timeout 20 usr/bin/ruby3.1 --disable-gems find.rb "$simple" "$full"
    python3 find.py "$full"
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Basic dXNlcjpzZWNyZXQ=: ["user", "secret"]
Basic dXNlcjpwOnc=: ["user", "p"]
Digest realm="Example", nonce="bm9uY2U=", qop="auth", algorithm=MD5
    realm: Example
    nonce: bm9uY2U=
    qop: ["auth"]
    algorithm: MD5
Digest realm="Example, Inc.", nonce="bm9uY2U=", qop="auth,auth-int", opaque="a\"b", algorithm=MD5
    realm: "Example
    Inc.": 
    nonce: bm9uY2U=
    qop: ["\"auth"]
    auth-int": 
    opaque: "a\"b"
    algorithm: MD5
Python:
    realm: Example, Inc.
    nonce: bm9uY2U=
    qop: auth,auth-int
    opaque: a"b
    algorithm: MD5
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
