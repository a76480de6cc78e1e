package ripeatlas

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// failure is a key of a result, and what it is called here.
type failure struct {
	key    string
	result observation.Result
}

// failures are what a probe says went wrong (evtdig.c). Of several in
// one result, which has tried again, the first here counts.
var failures = []failure{
	{"timeout", observation.Timeout},
	{"TUCONNECT", observation.Unreachable},
	{"TU_READ_ERR", observation.Unreachable},
	{"TU_OUT_OF_ADDRESS", observation.Unreachable},
	{"getaddrinfo", observation.Unresolved},
	{"evdns_getaddrinfo", observation.Unresolved},
	{"TUDNS", observation.Unresolved},
	{"socket", observation.Local}, // mostly no IPv6
	{"senderror", observation.Local},
	{"TUSOCKET", observation.Local},
	{"getsockname", observation.Local},
	{"nameserver", observation.Local},
	{"err", observation.Local},
	{"reason", observation.Local},
	{"TU_BAD_ADDR", observation.Local},
	{"idmismatch", observation.Invalid},
	{"TCPREAD", observation.Invalid},
	{"TCPREADSIZE", observation.Invalid},
	{"error", observation.Invalid},
}

const (
	busyKey   = "query busy"
	causeSize = 200 // bytes of a cause, which is short
)

// readFailure takes what went wrong into o; false: nothing was asked, since the probe was busy.
func readFailure(raw json.RawMessage, o *observation.Observation) (asked bool) {
	said := map[string]json.RawMessage{}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		list = []json.RawMessage{raw}
	}
	var words []string
	for _, r := range list {
		if json.Unmarshal(r, &said) != nil { // adds to what is there
			words = append(words, plain(r))
		}
	}
	busy := func(w string) bool { return strings.Contains(w, busyKey) }
	if said[busyKey] != nil || slices.ContainsFunc(words, busy) {
		return false
	}
	o.Result, o.Cause = observation.Local, strings.Join(words, "; ")
	i := slices.IndexFunc(failures, func(f failure) bool { return said[f.key] != nil })
	switch {
	case i >= 0:
		o.Result, o.Cause = failures[i].result, cause(failures[i].key, said[failures[i].key])
	case len(said) > 0:
		for _, key := range slices.Sorted(maps.Keys(said)) {
			words = append(words, cause(key, said[key]))
		}
		o.Cause = strings.Join(words, "; ")
	}
	o.Cause = observation.Printable(o.Cause, causeSize)
	return true
}

// cause is a key with what it says. That a probe has waited, and how long, needs no words.
func cause(key string, value json.RawMessage) string {
	said := plain(value)
	switch {
	case key == "timeout":
		return ""
	case said == "" || said == "true":
		return key
	}
	return key + ": " + said
}

// plain is a JSON value without quotes.
func plain(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}
