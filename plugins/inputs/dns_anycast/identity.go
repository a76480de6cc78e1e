package dns_anycast

import (
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	tagSize      = 100  // bytes of a printable form in a tag
	fieldSize    = 1024 // bytes of a printable form in a field
	upperHex     = "0123456789ABCDEF"
	asciiSpace   = " \t\n\v\f\r"
	instanceKept = 24 * time.Hour // how long a name that is not seen keeps its place
)

// other stands for every instance beyond max_instances.
const other = "other"

// who is whom a reply names; zero where it names nobody.
type who struct {
	name     string // whole, without outer white space
	source   string // what gave it
	hostname string // printable form, as the field
	site     string // by the cloud's rule
}

func (p *probe) who() who {
	if p.told == nil {
		return who{}
	}
	name, source := p.told.identity()
	return whoIs(name, source, p.target.server.cloud.site)
}

func whoIs(name, source string, rule *regexp.Regexp) who {
	if name = strings.Trim(name, asciiSpace); name == "" {
		return who{}
	}
	return who{name, source, printable(name, fieldSize), siteOf(rule, name)}
}

// printable writes whatever a server calls itself as text of at most size bytes that any tag or field can hold: outer
// ASCII white space dropped, printable runes as they are, every other byte, backslash and percent sign as %XX, and
// what is not UTF-8 as 0x and hex. A ~ at the end marks a cut. Empty: the server named nobody.
func printable(s string, size int) string {
	s = strings.Trim(s, asciiSpace)
	if plain(s) && len(s) <= size {
		return s
	}
	var b limited
	b.size = size
	if !utf8.ValidString(s) {
		b.add("0x")
		for i := 0; i < len(s) && !b.full; i++ {
			b.add(hex.EncodeToString([]byte{s[i]}))
		}
		return b.String()
	}
	for _, r := range s {
		b.addRune(r)
		if b.full {
			break
		}
	}
	return b.String()
}

// plain reports whether s is its own printable form, but for its length.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '\\' || c == '%' {
			return false
		}
	}
	return true
}

// limited collects whole pieces as long as they fit. fits remembers where a ~ would have room.
type limited struct {
	buf  []byte
	size int
	fits int
	full bool
}

func (l *limited) add(piece string) {
	if l.full {
		return
	}
	if len(l.buf)+len(piece) > l.size {
		l.buf = append(l.buf[:l.fits], '~')
		l.full = true
		return
	}
	l.buf = append(l.buf, piece...)
	if len(l.buf) < l.size {
		l.fits = len(l.buf)
	}
}

// addRune adds a rune, or its bytes as %XX, each of which is a piece of its own.
func (l *limited) addRune(r rune) {
	if strconv.IsPrint(r) && r != '\\' && r != '%' {
		l.add(string(r))
		return
	}
	for _, c := range []byte(string(r)) {
		l.add(string([]byte{'%', upperHex[c>>4], upperHex[c&0xf]}))
	}
}

func (l *limited) String() string { return string(l.buf) }

// siteOf reads the site from a whole name: the first group that took part in the match, in upper case. Empty: none.
func siteOf(rule *regexp.Regexp, name string) string {
	if rule == nil {
		return ""
	}
	name = strings.Trim(name, asciiSpace)
	m := rule.FindStringSubmatchIndex(name)
	for i := 2; i+1 < len(m); i += 2 {
		if m[i] < 0 {
			continue
		}
		site := name[m[i]:m[i+1]]
		if utf8.ValidString(site) {
			site = strings.ToUpper(site)
		}
		return printable(site, tagSize)
	}
	return ""
}

// matchesWhole reports whether a rule that prefers the longest match matches s from end to end.
func matchesWhole(rule *regexp.Regexp, s string) bool {
	m := rule.FindStringIndex(s)
	return m != nil && m[0] == 0 && m[1] == len(s)
}

// instances bounds how many distinct names become tags: whoever answers chooses the names, and each makes a series.
type instances struct {
	max    int
	seen   map[string]time.Time
	oldest time.Time // no name was seen last before this
	full   bool      // warned
}

func newInstances(max int) instances { return instances{max: max, seen: map[string]time.Time{}} }

// admit reports whether name may be a tag, and whether this is the first time that there is no place for one.
func (n *instances) admit(name string, now time.Time) (ok, firstRefusal bool) {
	if _, known := n.seen[name]; !known && len(n.seen) >= n.max {
		n.forget(now)
	}
	if _, known := n.seen[name]; known || len(n.seen) < n.max {
		n.seen[name] = now
		return true, false
	}
	firstRefusal, n.full = !n.full, true
	return false, firstRefusal
}

// forget frees the places of names not seen for a day.
func (n *instances) forget(now time.Time) {
	if now.Sub(n.oldest) < instanceKept {
		return
	}
	n.oldest = now
	for name, last := range n.seen {
		if now.Sub(last) >= instanceKept {
			delete(n.seen, name)
			n.full = false
		} else if last.Before(n.oldest) {
			n.oldest = last
		}
	}
}
