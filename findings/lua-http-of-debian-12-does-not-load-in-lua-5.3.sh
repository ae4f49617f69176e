#!/bin/bash
# lua-http: Debian 12 has it for Lua 5.1, 5.2 and 5.3, and in Lua 5.3 neither its client nor its server loads, as three packages that it needs are not there.
#
# Versions: lua-http 0.4-1, lua-lpeg-patterns 0.4-1.1, lua-fifo 0.2-3.1, lua-basexx 0.3-2.1, Lua 5.1.5, 5.2.4 and 5.3.6 (all of Debian 12). Wants
#   `apt-get update` beforehand.
# Expected: the control field Lua-Versions of lua-http is "5.1 5.2 5.3". The packages that it depends on are those that it loads.
# Seen: Lua-Versions of lua-lpeg-patterns, lua-fifo and lua-basexx is "5.1 5.2". With everything installed on which lua-http depends, require("http.request")
#   in Lua 5.3 ends in "module 'lpeg_patterns.http' not found", "http.server" in "module 'fifo' not found", and "http.websocket" in "module 'basexx'
#   not found". In Lua 5.1 and 5.2 they load.
# Why it matters: the dependencies are satisfied, and no HTTPS client or server with lua-http runs in the newest Lua that the package names.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download lua-http=0.4-1 lua-lpeg-patterns=0.4-1.1 lua-basexx=0.3-2.1 lua-fifo=0.2-3.1 lua-binaryheap=0.4-2 lua-compat53=0.7-2 lua-bit32=5.3.0-4 \
    lua-cqueues=20200726-1+b1 lua-luaossl=20220711-1 lua-lpeg=1.0.2-2 lua5.1=5.1.5-9 lua5.2=5.2.4-3 lua5.3=5.3.6-2 liblua5.1-0=5.1.5-9 liblua5.2-0=5.2.4-3 \
    liblua5.3-0=5.3.6-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
{
    for package in lua-http lua-lpeg-patterns lua-fifo lua-basexx; do
        echo "$package: Lua-Versions $(dpkg-deb -f "$package"_*.deb Lua-Versions)"
    done
    # What lua-http depends on is what has been downloaded.
    for name in $(dpkg-deb -f lua-http_*.deb Depends | tr ',' '\n' | awk '{ print $1 }'); do
        ls "$name"_*.deb >/dev/null || echo "$name is missing"
    done
    for version in 5.1 5.2 5.3; do
        for module in http.request http.server http.websocket; do
            LUA_PATH="usr/share/lua/$version/?.lua;usr/share/lua/$version/?/init.lua" LUA_CPATH="usr/lib/x86_64-linux-gnu/lua/$version/?.so" \
                timeout 20 "usr/bin/lua$version" -e "
                    local loaded, message = pcall(require, '$module')
                    print('Lua $version, $module: ' .. (loaded and 'loaded' or message:match('module .- not found') or message))"
        done
    done
} >seen
cat seen
cat > expected <<'TEXT'
lua-http: Lua-Versions 5.1 5.2 5.3
lua-lpeg-patterns: Lua-Versions 5.1 5.2
lua-fifo: Lua-Versions 5.1 5.2
lua-basexx: Lua-Versions 5.1 5.2
Lua 5.1, http.request: loaded
Lua 5.1, http.server: loaded
Lua 5.1, http.websocket: loaded
Lua 5.2, http.request: loaded
Lua 5.2, http.server: loaded
Lua 5.2, http.websocket: loaded
Lua 5.3, http.request: module 'lpeg_patterns.http' not found
Lua 5.3, http.server: module 'fifo' not found
Lua 5.3, http.websocket: module 'basexx' not found
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
