package judge

import (
	"maps"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// nameKept is how long a name that is not seen keeps its room.
const nameKept = 24 * time.Hour

// Overflow is the instance of all names beyond the limit.
const Overflow = "other"

// Name is the instance that an answer names, by the rules of its cloud. The zero value names no
// instance.
type Name struct {
	observation.Identity
	Site     string // by the cloud's rule; empty: it has none, or that does not match
	Instance string // what the tag says: the printable name, or Overflow
}

// siteOf reads the site from a whole name: the first group that took part in the match, in upper
// case. Empty: none.
func siteOf(rule *regexp.Regexp, name string) string {
	if rule == nil {
		return ""
	}
	m := rule.FindStringSubmatchIndex(name)
	for i := 2; i+1 < len(m); i += 2 {
		if m[i] < 0 {
			continue
		}
		site := name[m[i]:m[i+1]]
		if utf8.ValidString(site) {
			site = strings.ToUpper(site)
		}
		return observation.Printable(site, observation.TagSize)
	}
	return ""
}

// matchesWhole reports whether a rule that prefers the longest match matches a name from end to
// end. No rule matches no name.
func matchesWhole(rule *regexp.Regexp, name string) bool {
	m := rule.FindStringIndex(name)
	return name != "" && m != nil && m[0] == 0 && m[1] == len(name)
}

// Names bounds how many distinct names of a cloud become tags: the servers choose the names, and
// each makes a series. It remembers as many names of NSIDs, for a day.
type Names struct {
	limit  int
	began  time.Time // when the first name was seen
	seen   map[string]*seenName
	oldest time.Duration // since began: no name was seen last before this
	full   bool          // there was no room once, which has been said
	byNSID map[string]namedNSID
}

// seenName is a name in the text that all who have it share.
type seenName struct {
	text string
	last time.Duration // since Names.began: when it was seen last
}

// namedNSID is the identity that an answer gave beside its NSID.
type namedNSID struct {
	identity observation.Identity
	at       time.Time
}

// NewNames has room for a number of names.
func NewNames(limit int) Names { return Names{limit: limit, seen: map[string]*seenName{}} }

// allow returns what the tag says of a name: the name as long as there is room. firstFull is true
// for the first that finds none.
func (n *Names) allow(name string, now time.Time) (instance string, firstFull bool) {
	if n.began.IsZero() {
		n.began = now
	}
	at := now.Sub(n.began)
	known := n.seen[name]
	if known == nil && len(n.seen) >= n.limit {
		n.forget(at)
	}
	if known == nil && len(n.seen) < n.limit {
		known = &seenName{text: name}
		n.seen[name] = known
	}
	if known != nil {
		known.last = at
		return known.text, false
	}
	firstFull, n.full = !n.full, true
	return Overflow, firstFull
}

// forget frees the room of names not seen for a day.
func (n *Names) forget(now time.Duration) {
	if now-n.oldest < nameKept {
		return
	}
	n.oldest = now
	for name, known := range n.seen {
		if now-known.last >= nameKept {
			delete(n.seen, name)
			n.full = false
		} else {
			n.oldest = min(n.oldest, known.last)
		}
	}
}

// rememberNSID remembers the identity beside an NSID, so that one instance has one name.
func (n *Names) rememberNSID(nsid string, id observation.Identity, now time.Time) {
	if nsid == "" {
		return
	}
	if _, known := n.byNSID[nsid]; !known && len(n.byNSID) >= n.limit {
		maps.DeleteFunc(n.byNSID, func(_ string, named namedNSID) bool {
			return now.Sub(named.at) >= nameKept
		})
		if len(n.byNSID) >= n.limit {
			return
		}
	}
	if n.byNSID == nil {
		n.byNSID = map[string]namedNSID{}
	}
	n.byNSID[nsid] = namedNSID{id, now}
}

// ofNSID returns the identity that was given beside an NSID within a day.
func (n *Names) ofNSID(nsid string, now time.Time) (id observation.Identity, known bool) {
	named, known := n.byNSID[nsid]
	if !known || now.Sub(named.at) >= nameKept {
		return observation.Identity{}, false
	}
	return named.identity, true
}
