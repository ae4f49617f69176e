#!/bin/bash
# Debian 12's ruby-data-uri and ruby-proxifier cannot be loaded by Debian 12's Ruby: "uninitialized class variable @@schemes in URI".
#
# Versions: Debian 12: ruby-data-uri 0.1.0-2, ruby-proxifier 1.0.3-1.1, ruby-socksify 1.7.1+gh-1 for comparison, Ruby 3.1.2 (ruby3.1, libruby3.1
#   3.1.7+really3.1.2-0+deb12u1). Wants `apt-get update` beforehand.
# Expected: data_uri's README: `require 'data_uri'`, and URI.parse("data:,...") has a content type and data. Proxifier's README: `require
#   'proxifier'`, and Proxifier::Proxy("socks://localhost") opens connections through a proxy. Both packages depend on "ruby | ruby-interpreter",
#   whatever its version.
# Seen: both libraries enter their schemes into a class variable of Ruby's own URI, @@schemes, which Ruby 3.1 has no longer: NameError at the first
#   require, and nothing of the library can be used. ruby-socksify, which has no scheme of its own, is loaded.
# Why it matters: who installs the packages has libraries that no program can use; URI.register_scheme is there for this since Ruby 3.1.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-data-uri=0.1.0-2 ruby-proxifier=1.0.3-1.1 ruby-socksify=1.7.1+gh-1 {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
export RUBYLIB=usr/lib/ruby/vendor_ruby:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0

for library in socksify data_uri proxifier; do
    cat > find.rb <<RUBY
begin
  require "$library"
  puts "$library: loaded"
rescue NameError => error
  puts "$library: #{error.class}: #{error.message.lines.first}"
end
RUBY
    timeout 20 usr/bin/ruby3.1 --disable-gems find.rb
done >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
socksify: loaded
data_uri: NameError: uninitialized class variable @@schemes in URI
proxifier: NameError: uninitialized class variable @@schemes in URI
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
