#!/usr/bin/env bash
# Runs every fuzz target there is, one after the other: fuzz.sh DURATION
set -euo pipefail
duration=$1
said=$(mktemp)
trap 'rm -f "$said"' EXIT

main() {
	# "ok" ends each package's list. Without a pipe, a package that does not build ends the script.
	local list targets package name
	list=$(go test -list '^Fuzz' ./...)
	targets=$(awk '/^Fuzz/ { names[n++] = $1 } $1 == "ok" { for (i = 0; i < n; i++) print $2 " " names[i]; n = 0 }' <<<"$list")
	if [[ -z $targets ]]; then
		echo "fuzz.sh: no fuzz target found" >&2
		exit 1
	fi
	while read -r package name; do
		echo "$name, $duration, in $package"
		fuzz "$package" "$name" || only_late "$name" || exit 1
	done <<<"$targets"
}

# stdin is the list of targets.
fuzz() {
	go test -run '^$' -fuzz "^$2\$" -fuzztime "$duration" -fuzzminimizetime 10x "$1" </dev/null 2>&1 | tee "$said"
}

# Before 1.27, Go now and then reports that the time is up as if it had found something (go.dev/issue/75804). A finding comes
# with its input, or with another text.
only_late() {
	[[ $(grep -A1 '^--- FAIL: ' "$said" | sed 's/ ([0-9.]*s)$//') == "--- FAIL: $1"$'\n'"    context deadline exceeded" ]] &&
		! grep -qE 'Failing input|panic:|--- FAIL: .*/' "$said" && echo "$1: no finding: only Go's own deadline"
}

main
