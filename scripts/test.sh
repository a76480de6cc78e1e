#!/usr/bin/env bash
# All tests, with one summary at the end: test.sh MODULE..., the directories of the modules beside
# the root's. A run that fails does not keep the next one from running. What is skipped is named at
# the end, and fails where CI is set.
set -euo pipefail
cd "$(dirname "$0")/.."

events=bin/tests.json # all that go test -json said
processors=$(getconf _NPROCESSORS_ONLN)

# Packages, each with all that it imports, sorted by whether exchange is in them or below: only there
# are sockets and goroutines, which the portable twin and the race detector could find fault with.
packages=$(go list -f '{{.ImportPath}} {{join .Deps " "}}' ./cmd/... ./plugins/...)
exchange='internal/exchange( |$)'
first() { cut -d ' ' -f 1 | xargs; }
read -ra pure <<<"$(grep -vE "$exchange" <<<"$packages" | first)"
read -ra commands <<<"$(grep -E "^[^ ]*/cmd/.*$exchange" <<<"$packages" | first)"
read -ra plugin <<<"$(grep -E "^[^ ]*/plugins/.*$exchange" <<<"$packages" | first)"
read -ra tools <<<"$(go list ./scripts/... | grep -v /scripts/stack | xargs)"

# What the twin could break above exchange: which reply is believed, what is closed, what is told.
portable='^Test(Fresh|ForgedBeforeTrue|ForgedByNeighbour|Identities|Internal|Junk|NobodyThere|NothingToGuess|Queries|QueriesTCP|Round|RoundsLeakNothing|Strays|StraysOnAStream|ThousandTargets)$'

# Without a race of their own: replies of every length, a flood on a path, long files, name servers of others.
raceless='^Test(CutReplies|Every|FloodOfICMP|MixedCase|Nameserver|QueriesInVain|README|Reflector|RoundsLeakNothing|StateOfMany|ZoneCached|ZoneElsewhere|ZoneFollows|ZoneLate|ZoneSetBack)'

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

# The tests of cmd run the command beside real name servers and routers, and judge how long answers
# take: nothing runs beside them. Later on what works runs beside what asks, which watches the clock
# and mostly waits: the first as the last in line for a processor, so that the second hardly notices.
runs() {
	local status=0 beside
	run "" . "${pure[@]}" || status=1
	run "" . -p=1 -parallel=$((3 * processors)) "${commands[@]}" || status=1
	set -m # in a group of its own, to be ended as a whole
	nice -n 19 scripts/test.sh --working "$@" >bin/working.json &
	set +m
	beside=$!
	trap 'kill -- "-$beside" 2>/dev/null || :' EXIT
	asking || status=1
	wait "$beside" || status=1
	trap - EXIT
	cat bin/working.json
	return $status
}

# asking runs one package after the other (-p=1). The race detector makes all slower, hence fewer
# tests at a time.
asking() {
	local status=0
	run "" . -p=1 -parallel=$((3 * processors)) "${plugin[@]}" || status=1
	run "" . -p=1 "${tools[@]}" || status=1
	run portable . -tags=portable ./plugins/.../{exchange,trace} || status=1
	run portable . -p=1 -tags=portable -run="$portable" "${plugin[@]}" || status=1
	if go build -race runtime/cgo; then
		run race . -p=1 -race -skip="$raceless" "${plugin[@]}" || status=1
	else
		skip race 'a C compiler is missing: apt-get install gcc libc6-dev'
	fi
	return $status
}

# working MODULE...: of the stack's packages some wait and some work: two at a time.
working() {
	local status=0 module
	run "" . -p=2 ./scripts/stack/... || status=1
	for module in "$@"; do
		run "" "$module" ./... || status=1
	done
	return $status
}

# run tests packages of a module, not from the cache: run NAME DIRECTORY WORD... By NAME the summary
# tells runs of the same package apart. make check vets. A slow machine may take ten minutes for the
# packages of all systems alone.
run() {
	local name=$1 directory=$2
	shift 2
	go -C "$directory" test -json -vet=off -count=1 -timeout=30m -parallel=$((2 * processors)) "$@" |
		sed -u "s/\"Package\":\"[^\"]*/&${name:+ ($name)}/"
}

# skip tells of a whole run that it is skipped: skip NAME REASON
skip() {
	printf '{"Action":"output","Package":"%s","Test":"all","Output":"SKIPPED: %s\\n"}\n' "$@"
	printf '{"Action":"skip","Package":"%s","Test":"all"}\n' "$1"
}

if [[ ${1-} == --working ]]; then
	working "${@:2}"
else
	main "$@"
fi
