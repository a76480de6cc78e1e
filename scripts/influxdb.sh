# shellcheck shell=sh
# What backup, restore, fill, vantage, config/stack and config/telegraf.d/install share. It is sourced, never run.

# For an InfluxDB of one's own. In the container, docker-compose.yml sets what differs.
: "${INFLUXDB_URL:=http://127.0.0.1:8086}" "${INFLUXDB_RPC:=127.0.0.1:8088}" "${INFLUXDB_DATABASE:=telegraf}"
: "${INFLUXDB_ADMIN_USER:=admin}" "${INFLUXDB_ADMIN_PASSWORD:=}"

# Between the fields of a row. A tab would not do: read skips empty fields between tabs.
SEPARATOR=$(printf '\037')
export INFLUXDB_DATABASE SEPARATOR
NEWLINE='
'
profiles='' blame=''

# fail TEXT ends the script with status 1, or with that in blame.
fail() {
	echo "$(basename "$0"): $*" >&2
	exit "${blame:-1}"
}

# usage prints the script's own first comment.
usage() {
	sed -n '2,/^[^#]/ { s/^# \{0,1\}//p; }' "$0" >&2
	exit 2
}

# value NAME: what the file $env says, or nothing. It is read as compose does, once alike has seen it.
# shellcheck disable=SC2154 # its script sets it
value() { [ ! -e "$env" ] || sed -n "s/^$1=//p" "$env" | tail -n 1 | sed "s/^[\"']//; s/[\"']\$//"; }

# alike ends the script where .env cannot be read, or at the first line that value reads otherwise than compose. What
# value is never asked for, compose alone reads.
alike() {
	[ ! -L "$env" ] || [ -e "$env" ] || fail "$env is a link to nothing"
	[ -e "$env" ] || return 0
	if [ ! -f "$env" ] || [ ! -r "$env" ]; then
		fail "$env cannot be read by $(id -un): run this as its owner, or with sudo"
	fi
	line=$(awk -v q="'" '
		BEGIN { good = "^[A-Za-z_][A-Za-z0-9_]*=([^ \t\"" q "$\\\\#]*|" q "[^" q "\\\\]*" q "|\"[^\"$\\\\]*\")$" }
		/\r/ { print NR; exit }
		/^[ \t]*(#|$)/ || /^(GF|ALERT|WATCHDOG)_[A-Z0-9_]*=/ { next }
		$0 !~ good { print NR; exit }' "$env")
	[ -z "$line" ] || fail "$env, line $line: write NAME=value without blanks around it, a note behind it, quotes, \$ or \\ in it, or a carriage return; all of it in quotes where it holds blanks or #"
}

# unset_own: .env holds, not what the shell happens to export, which compose would prefer.
unset_own() {
	for variable in COMPOSE_FILE COMPOSE_PROFILES COMPOSE_PROJECT_NAME COMPOSE_ENV_FILES COMPOSE_DISABLE_ENV_FILE \
		$(sed -n 's/^#\{0,1\}\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p' env.example .env 2>/dev/null); do
		unset "$variable"
	done
}

# compose ARGUMENTS: docker compose for the set-up in config. Its .env may name further files (COMPOSE_FILE). Where
# profiles is set, it is these in place of .env's.
compose() (
	cd "$(dirname "$0")/../config" || exit
	[ ! -e .env ] || unset_own
	if [ "${profiles-}" ]; then
		export COMPOSE_PROFILES="$profiles"
	fi
	if [ -n "${COMPOSE-}" ]; then
		$COMPOSE "$@"
	elif docker compose version >/dev/null 2>&1; then
		docker compose "$@"
	else
		docker-compose "$@"
	fi
)

# For curl's double quotes and InfluxQL's identifiers. Most texts need nothing, and no process.
in_quotes() {
	case $1 in
	*[\\\"]*) printf '%s' "$1" | sed 's/[\\"]/\\&/g' ;;
	*) printf '%s' "$1" ;;
	esac
}

# For InfluxQL's literals.
in_literal() { printf '%s' "$1" | sed "s/[\\\\']/\\\\&/g"; }

# Passwords go to curl on stdin, where ps does not show them.
login=$(in_quotes "$INFLUXDB_ADMIN_USER:$INFLUXDB_ADMIN_PASSWORD")

# ask STATEMENT [CURL OPTION ...]: InfluxDB's answer.
ask() {
	statement=$(in_quotes "$1")
	shift
	printf 'user = "%s"\ndata-urlencode = "q=%s"\n' "$login" "$statement" | curl -sS "$@" -K - "$INFLUXDB_URL/query"
}

# must STATEMENT
must() {
	answer=$(ask "$1") || fail "no answer from $INFLUXDB_URL"
	case $answer in
	*'"error":'*) fail "$(printf '%s' "$1" | sed 's/ PASSWORD .*//'): $answer" ;;
	esac
}

# rows STATEMENT FILE: writes the answer's rows, a line each, SEPARATOR between the fields: the series' name, its tags, then the
# columns. A line feed or a SEPARATOR within a field becomes a question mark.
rows() {
	if ! ask "$1" -f -H 'Accept: application/csv' >"$2" 2>/dev/null || [ ! -s "$2" ]; then
		must "$1" # CSV hides errors
		ask "$1" -H 'Accept: application/csv' >"$2"
	fi
	awk 'NR > 1 && $0 != "" {
		while (gsub(/"/, "\"") % 2 && (getline more) > 0) $0 = $0 "\n" more
		rest = $0; line = ""
		while (1) {
			if (substr(rest, 1, 1) == "\"") {
				match(rest, /^"([^"]|"")*"/)
				field = substr(rest, 2, RLENGTH - 2)
				gsub(/""/, "\"", field)
			} else {
				match(rest, /^[^,]*/)
				field = substr(rest, 1, RLENGTH)
			}
			gsub(/[\n\037]/, "?", field)
			line = line field
			rest = substr(rest, RLENGTH + 1)
			if (rest == "") break
			line = line "\037"; rest = substr(rest, 2)
		}
		print line
	}' "$2" >"$2.rows"
	mv "$2.rows" "$2"
}

# contents BACKUP: the files in it, as ./NAME a line. A backup is a tar or the directory that it was made of.
contents() {
	if [ -d "$1" ]; then
		(cd "$1" && find . -type f)
	else
		tar -tf "$1" 2>/dev/null
	fi
}

# member BACKUP NAME: that file.
member() {
	if [ -d "$1" ]; then
		cat "$1/$2"
	else
		tar -xOf "$1" "./$2" 2>/dev/null
	fi
}

# named: the files in the manifest on stdin with the bytes that influxd wrote of each, before it packed them.
named() {
	# shellcheck disable=SC2020 # three characters
	tr ',{}' '\n\n\n' | awk -F '"' '
		$2 == "fileName" { name = $4 }
		$2 == "size" { gsub(/[^0-9]/, "", $3); print name, $3 }'
}

# sound BACKUP NAME BYTES: the file is all there. What gzip cannot read to its end lacks the word behind it.
sound() {
	case $2 in
	*.tar.gz)
		bytes=$({ member "$1" "$2" | gzip -dc 2>/dev/null && printf end; } | wc -c)
		[ $((bytes)) = $(($3 + 3)) ] || return
		packed=$(member "$1" "$2" | gzip -dc | tar -tf - 2>/dev/null) || return
		case $packed in
		*.tombstone*) ;; # some of its points are deleted, perhaps all
		*.tsm*) holding=$((holding + 1)) ;;
		esac
		;;
	*) # wrapped in some bytes more
		bytes=$(member "$1" "$2" | wc -c)
		[ $((bytes)) -ge $(($3)) ]
		;;
	esac
}

# whole BACKUP: ends the script unless it has all that its manifest names, and each file to its end. Sets
# manifest to its name, files to the lines of named, and holding to the number of shards that have points for sure.
whole() {
	broken='the backup is not whole:'
	inside=$(contents "$1") || fail 'this is no backup, or not all of one'
	manifest=$(printf '%s\n' "$inside" | sed -n 's,^\./\(data/[^/]*\.manifest\)$,\1,p')
	[ "$manifest" ] || fail "$broken no manifest"
	holding=0
	files=$(member "$1" "$manifest" | named)
	[ "$files" ] || fail "$broken its manifest names no file"
	for name in queries users grants; do
		has_line "./$name" "$inside" || fail "$broken $name is missing"
	done
	while read -r name bytes; do
		has_line "./data/$name" "$inside" || fail "$broken data/$name is missing"
		sound "$1" "data/$name" "$bytes" || fail "$broken data/$name is cut, or broken"
	done <<-FILES
		$files
	FILES
}

# has_line LINE TEXT
has_line() {
	case $NEWLINE$2$NEWLINE in
	*"$NEWLINE$1$NEWLINE"*) ;;
	*) return 1 ;;
	esac
}
