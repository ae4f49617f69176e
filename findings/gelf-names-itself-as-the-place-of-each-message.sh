#!/bin/bash
# Debian's ruby-gelf: each message that it sends to Graylog has "file": ".../gelf/notifier.rb" and "line": 160, whatever the place that logged it.
#
# Versions: gelf 1.4.0 (Debian 12: ruby-gelf 1.4.0-4.1), Ruby 3.1.2 (ruby3.1, libruby3.1 3.1.7+really3.1.2-0+deb12u1), the same files in a folder as a gem
#   has it for comparison. Wants `apt-get update` beforehand.
# Expected: GELF 1.0: "line: the line in a file that caused the error", "file: the file (with path if you want) that caused the error". gelf has a setting
#   for it, collect_file_and_line, which is on.
# Seen: it goes up the stack to the first place whose path does not have "lib/gelf" in it, which is how gems lie on a disk. Debian has the files in
#   /usr/lib/ruby/vendor_ruby/gelf, so the first place is gelf's own. The same files in a folder lib tell the program and its line. Besides, the
#   hash of options that a program gives has other keys afterwards.
# Why it matters: two fields of each record of each program say the same, and nobody can see or group by where an error comes from.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-gelf=1.4.0-4.1 {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
export RUBYLIB=usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0
mkdir gem
cp -r usr/lib/ruby/vendor_ruby gem/lib

cat > find.rb <<'RUBY'
require "json"
require "socket"
require "zlib"
require "gelf"

server = UDPSocket.new
server.bind("127.0.0.1", 0)
options = {facility: "shop"}
notifier = GELF::Notifier.new("127.0.0.1", server.addr[1], "WAN", options)
read = ->() { JSON.parse(Zlib::Inflate.inflate(server.recv(9000))) }

notifier.error("No stock")
first = read.call
notifier.notify!("short_message" => "No stock", "level" => GELF::ERROR)
[first, read.call].each do |message|
  puts "#{ARGV[0]}: #{message["short_message"]}: #{message["file"].split("/").last(2).join("/")}, line #{message["line"]}"
end
puts "#{ARGV[0]}: options are now those of #{options.keys.inspect}"
RUBY
{
    timeout 20 usr/bin/ruby3.1 --disable-gems -I usr/lib/ruby/vendor_ruby find.rb Debian
    timeout 20 usr/bin/ruby3.1 --disable-gems -I gem/lib find.rb "as a gem"
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Debian: No stock: gelf/notifier.rb, line 160
Debian: No stock: gelf/notifier.rb, line 160
Debian: options are now those of ["facility", "version", "host", "level"]
as a gem: No stock: find.rb, line 12
as a gem: No stock: find.rb, line 14
as a gem: options are now those of ["facility", "version", "host", "level"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
