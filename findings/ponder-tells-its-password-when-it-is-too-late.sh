#!/bin/bash
# Ruby's ponder (IRC): the password for the server is sent behind NICK and USER, when servers have refused it already; and who is renamed without a colon
#   in front of the name keeps his old one.
#
# Versions: ponder 0.2.0 (Debian 12: ruby-ponder 0.2.0-3), EventMachine 1.3 (ruby-eventmachine 1.3~pre20220315-df4ab006-3), Ruby 3.1.2 (ruby3.1, libruby3.1
#   3.1.7+really3.1.2-0+deb12u1), a server of the script's over loopback. Wants `apt-get update` beforehand.
# Expected: RFC 2812, section 3.1.1: "The optional password can and MUST be set before any attempt to register the connection is made", and the
#   order in 3.1 is PASS, NICK, USER. Section 2.3.1: the last parameter may have a colon in front or not, if it has no blank in it. Its README has the
#   setting: password is for a server "which requires a password".
# Seen: NICK, USER, PASS. Of "NICK ann", "PRIVMSG #room hello" and "KICK #room jo" without colons there is no event; with colons there is.
# Why it matters: it cannot join a server with a password, nor a bouncer such as znc in front of one, which knows its user by it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-ponder=0.2.0-3 ruby-eventmachine=1.3~pre20220315-df4ab006-3 {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
RUBYLIB=$(find usr -type d \( -path '*/gems/*/lib' -o -path '*/extensions/*/eventmachine-*' \) | tr '\n' ':')
export RUBYLIB=$RUBYLIB:usr/lib/ruby/vendor_ruby:usr/lib/x86_64-linux-gnu/ruby/vendor_ruby/3.1.0:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0

cat > find.rb <<'RUBY'
require "ponder"

$stdout.sync = true
bot = Ponder::Thaum.new do |config|
  config.server = "127.0.0.1"
  config.port = ARGV[0].to_i
  config.password = "secret"
  config.verbose = config.reconnect = false
end
bot.on(:nickchange) { |event| puts "event: #{event[:nick]} is now #{event[:new_nick]}" }
bot.on(:channel) { |event| puts "event: #{event[:nick]} says #{event[:message]}" }
bot.on(:kick) { |event| puts "event: #{event[:victim]} is out" }
bot.on(:disconnect) { EventMachine.stop }
bot.connect
RUBY
cat > find.py <<'PY'
import socket
import subprocess

MESSAGES = ["NICK :ann", "NICK ann", "PRIVMSG #room :hello", "PRIVMSG #room hello", "KICK #room jo :bye", "KICK #room jo bye"]
with socket.create_server(("127.0.0.1", 0)) as listener:
    listener.settimeout(20)
    bot = subprocess.Popen(["usr/bin/ruby3.1", "--disable-gems", "find.rb", str(listener.getsockname()[1])], stdout=subprocess.PIPE, text=True)
    connection = listener.accept()[0]
    connection.settimeout(10)
    with connection, connection.makefile("rb") as file:
        print("the bot's commands:", *[file.readline().split()[0].decode() for _ in range(3)])
        for message in MESSAGES:
            connection.sendall(f":jo!jo@example.org {message}\r\nPING {message.split()[0]}\r\n".encode())
            file.readline()
    events = bot.communicate(timeout=20)[0].splitlines()
print(len(MESSAGES), "messages:", *MESSAGES, sep="\n  ")
print(len(events), "events:", *events, sep="\n  ")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
the bot's commands: NICK USER PASS
6
  messages:
  NICK :ann
  NICK ann
  PRIVMSG #room :hello
  PRIVMSG #room hello
  KICK #room jo :bye
  KICK #room jo bye
3
  events:
  event: jo is now ann
  event: jo says hello
  event: jo is out
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
