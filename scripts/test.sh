#!/usr/bin/env bash
# All tests, with one summary at the end: test.sh MODULE..., the directories of the modules beside
# the root's. A run that fails does not keep the next one from running. What is skipped is named at
# the end, and fails where CI is set.
set -euo pipefail
cd "$(dirname "$0")/.."

events=bin/tests.json # all that go test -json said

# What the portable twin of exchange could break above it: who is believed, what is closed and told.
portable='^Test(Fresh|ForgedBeforeTrue|ForgedByNeighbour|Identities|Internal|Junk|NobodyThere|NothingToGuess|Queries|QueriesTCP|Round|RoundsLeakNothing|Strays|StraysOnAStream|ThousandTargets)$'

# What the race detector finds nothing in: sums in one goroutine, replies of every length, files, and
# servers of others. Goroutines that meet do so in other tests.
raceless='^Test(CutReplies|Every|LongPlaceFile|MixedCase|Nameserver|QueriesInVain|README|Reflector|RoundsLeakNothing|StateOfMany|ZoneCached|ZoneElsewhere|ZoneFollows|ZoneLate|ZoneSetBack)'

main() {
	local status=0
	mkdir -p bin
	runs "$@" | go tool -modfile=scripts/tools/go.mod gotestsum \
		--format-hide-empty-pkg --jsonfile="$events" --raw-command cat || status=1
	grep -o 'SKIPPED: [^"\\]*' "$events" | sort | uniq -c | sort -rn || true
	if [[ ${CI-} ]] && grep -q '"Action":"skip".*"Test":' "$events"; then
		echo "test.sh: CI is set: nothing may be skipped" >&2
		status=1
	fi
	return $status
}

# One package after the other (-p=1): several of them watch the clock. The race detector makes all
# slower, hence fewer at a time. The tests of cmd run the command, which is built without it.
runs() {
	local status=0 module sockets
	read -ra sockets <<<"$(socket_packages)"
	run "" . -p=1 ./... || status=1
	run portable . -tags=portable ./plugins/.../exchange || status=1
	run portable . -p=1 -tags=portable -run="$portable" "${sockets[@]}" || status=1
	for module in "$@"; do
		run "" "$module" ./... || status=1
	done
	if go build -race runtime/cgo; then
		run race . -p=1 -race -parallel=4 -skip="$raceless" "${sockets[@]}" || status=1
	else
		skip race 'a C compiler is missing: apt-get install gcc libc6-dev'
	fi
	return $status
}

# socket_packages are those of the plugin with exchange in them or below: there are no sockets and no
# goroutines in the others.
socket_packages() {
	go list -f '{{.ImportPath}} {{join .Deps " "}}' ./plugins/... |
		awk '/internal\/exchange( |$)/ { printf "%s ", $1 }'
}

# run tests packages of a module, not from the cache: run NAME DIRECTORY WORD... By NAME the summary
# tells runs of the same package apart. make check vets. A slow machine may take ten minutes for the
# packages of all systems alone. Most tests wait most of the time: four for each processor.
run() {
	local name=$1 directory=$2 parallel=$((4 * $(getconf _NPROCESSORS_ONLN)))
	shift 2
	go -C "$directory" test -json -vet=off -count=1 -timeout=30m -parallel=$parallel "$@" |
		sed -u "s/\"Package\":\"[^\"]*/&${name:+ ($name)}/"
}

# skip tells of a whole run that it is skipped: skip NAME REASON
skip() {
	printf '{"Action":"output","Package":"%s","Test":"all","Output":"SKIPPED: %s\\n"}\n' "$@"
	printf '{"Action":"skip","Package":"%s","Test":"all"}\n' "$1"
}

main "$@"
