#!/bin/sh
# Runs every fuzz target there is, one after the other: fuzz.sh DURATION
set -eu
duration=$1

# "ok" ends each package's list. Without a pipe, a package that does not build ends the script.
list=$(go test -list '^Fuzz' ./...)
targets=$(printf '%s\n' "$list" | awk '/^Fuzz/ { names[n++] = $1 } $1 == "ok" { for (i = 0; i < n; i++) print $2 " " names[i]; n = 0 }')
if [ -z "$targets" ]; then
	echo "fuzz.sh: no fuzz target found" >&2
	exit 1
fi
printf '%s\n' "$targets" | while read -r package name; do
	echo "$name, $duration, in $package"
	# stdin is the list of targets.
	go test -run '^$' -fuzz "^$name\$" -fuzztime "$duration" -fuzzminimizetime 10x "$package" </dev/null
done
