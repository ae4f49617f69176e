#!/bin/bash
# Ruby's Net::SSH: of two lines SendEnv in ~/.ssh/config the second is lost, ServerAliveInterval 10m is ten seconds, and the port has a comment.
#
# Versions: Net::SSH 7.0.1 (Debian 12: ruby-net-ssh 1:7.0.1-1), Ruby 3.1.2, and `ssh -G` of OpenSSH 9 for comparison. Wants `apt-get update`
#   beforehand, and ssh.
# Expected: ssh_config(5), SendEnv: variables "may be separated by whitespace or spread across multiple SendEnv directives". OpenSSH reads intervals
#   with s, m, h and so on behind the number, and ends a line at a "#". Net::SSH's documentation: Config.for() gives what the files say for a host,
#   for Net::SSH.start().
# Seen: :send_env has LANG alone, and EDITOR of the second line is not there, while both in one line are. "10m" makes :keepalive_interval 10, and
#   ConnectTimeout "1m" a timeout that is the text "1m". "Port 2222 # a comment" makes a port that is the text "2222 # a comment". `ssh -G` shows
#   LANG and EDITOR, 600, 60 and 2222 for the same file.
# Why it matters: Capistrano and other tools read the file that ssh reads: what works with ssh has no variables there, wakes each connection sixty
#   times as often, or does not connect.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-net-ssh=1:7.0.1-1 {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
ruby=$(echo usr/share/rubygems-integration/all/gems/net-ssh-*/lib):usr/lib/ruby/vendor_ruby:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0

cat > config <<'TEXT'
Host one
  SendEnv LANG EDITOR
  ServerAliveInterval 600
  ConnectTimeout 60
  Port 2222
Host two
  SendEnv LANG
  SendEnv EDITOR
  ServerAliveInterval 10m
  ConnectTimeout 1m
  Port 2222 # a comment
TEXT
cat > find.rb <<'RUBY'
require "net/ssh/config"

values = Net::SSH::Config.for(ARGV[0], ["config"])
puts "  Net::SSH: SendEnv #{values[:send_env].map(&:source).join(' ')}, interval #{values[:keepalive_interval].inspect}, " \
     "timeout #{values[:timeout].inspect}, port #{values[:port].inspect}"
RUBY
{
    for host in one two; do
        echo "$host:"
        ssh -T -F config -G $host >settings 2>ssh.log
        value() { sed -n "s/^$1 //p" settings | paste -s -d ' '; }
        echo "  ssh -G: SendEnv $(value sendenv), interval $(value serveraliveinterval), timeout $(value connecttimeout), port $(value port)"
        LD_LIBRARY_PATH=usr/lib/x86_64-linux-gnu RUBYLIB=$ruby timeout 20 usr/bin/ruby3.1 -W0 find.rb $host
    done
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
one:
  ssh -G: SendEnv LANG EDITOR, interval 600, timeout 60, port 2222
  Net::SSH: SendEnv ^LANG$ ^EDITOR$, interval 600, timeout 60, port 2222
two:
  ssh -G: SendEnv LANG EDITOR, interval 600, timeout 60, port 2222
  Net::SSH: SendEnv ^LANG$, interval 10, timeout "1m", port "2222 # a comment"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
