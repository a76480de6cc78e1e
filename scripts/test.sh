#!/usr/bin/env bash
# All tests, with one summary at the end: test.sh MODULE..., the directories of the modules beside
# the root's. A run that fails does not keep the next one from running. What is skipped is named at
# the end, and fails where CI is set.
set -euo pipefail
cd "$(dirname "$0")/.."

events=bin/tests.json # all that go test -json said

# What runs once: long sums in one goroutine, without a socket, which neither the portable twin nor
# the race detector changes; and long conversations with real name servers, whose words are the same
# over either twin.
once='^Test(MovesOf|SerialsAreBounded|StateOfMany|VerdictOfNormalDays|ZoneFollows|ZoneLate|ZoneSetBack|ZoneCached|Reflector|QueriesInVain|Nameserver(Queries|Limiter|ManyTargets))'

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

# One package after the other (-p=1): several of them watch the clock. The tests of cmd run the
# command, which is built without the race detector.
runs() {
	local status=0 module
	run "" . -p=1 ./... || status=1
	run portable . -p=1 -parallel=8 -tags=portable -skip="$once" ./plugins/... || status=1
	for module in "$@"; do
		run "" "$module" ./... || status=1
	done
	if go build -race runtime/cgo; then
		run race . -p=1 -race -skip="$once" ./plugins/... || status=1
	else
		skip race 'a C compiler is missing: apt-get install gcc libc6-dev'
	fi
	return $status
}

# run tests packages of a module, not from the cache: run NAME DIRECTORY WORD... By NAME the summary
# tells runs of the same package apart. A slow machine may take ten minutes for the packages of all
# systems alone. Most tests wait most of the time: two for each processor.
run() {
	local name=$1 directory=$2 parallel=$((2 * $(getconf _NPROCESSORS_ONLN)))
	shift 2
	go -C "$directory" test -json -count=1 -timeout=30m -parallel=$parallel "$@" |
		sed -u "s/\"Package\":\"[^\"]*/&${name:+ ($name)}/"
}

# skip tells of a whole run that it is skipped: skip NAME REASON
skip() {
	printf '{"Action":"output","Package":"%s","Test":"all","Output":"SKIPPED: %s\\n"}\n' "$@"
	printf '{"Action":"skip","Package":"%s","Test":"all"}\n' "$1"
}

main "$@"
