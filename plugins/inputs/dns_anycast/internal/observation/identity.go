package observation

import (
	"encoding/hex"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	TagSize   = 100  // bytes of a printable form in a tag
	FieldSize = 1024 // bytes of a printable form in a field

	upperHex   = "0123456789ABCDEF"
	asciiSpace = " \t\n\v\f\r"
)

// SourceNSID is the source of an identity that no TXT record gave.
const SourceNSID = "nsid"

// Identity is the name that an instance goes by. The zero value names none.
type Identity struct {
	Name   string // as sent, any bytes, without outer ASCII white space
	Source string // what gave it: the name asked for, SourceNSID, or as judging finds it
	Text   string // the printable form of Name, at most FieldSize bytes
}

// Identify returns the identity that a server calls itself; zero where it gives nothing but white
// space.
func Identify(name, source string) Identity {
	if name = strings.Trim(name, asciiSpace); name == "" {
		return Identity{}
	}
	return Identity{Name: name, Source: source, Text: Printable(name, FieldSize)}
}

// Tag is the printable form of the name, at most TagSize bytes.
func (id *Identity) Tag() string {
	if len(id.Text) <= TagSize {
		return id.Text
	}
	return Printable(id.Name, TagSize)
}

// Printable writes the name that a server gives itself as text of at most size bytes that any tag
// or field can hold: outer ASCII white space dropped, printable runes as they are, every other
// byte, backslash and percent sign as %XX, and what is not UTF-8 as 0x and hex. A ~ at the end
// marks a cut. Empty: there is nothing but white space.
func Printable(s string, size int) string {
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

// IsPrintable reports whether text may be a printable form of at most FieldSize bytes.
func IsPrintable(text string) bool {
	unfit := func(r rune) bool { return !strconv.IsPrint(r) || r == '\\' }
	return len(text) <= FieldSize && utf8.ValidString(text) && !strings.ContainsFunc(text, unfit)
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
