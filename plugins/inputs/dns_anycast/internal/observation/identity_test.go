package observation

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPrintable(t *testing.T) {
	long := strings.Repeat("x", 98)
	for _, c := range []struct{ in, want string }{
		{"lhr1.example", "lhr1.example"},
		{" \t\r\n\v\flhr1 \n", "lhr1"},
		{" \t\r\n", ""},
		{"", ""},
		{"CleanBrowsing v1.6a - toronto3", "CleanBrowsing v1.6a - toronto3"},
		{`a,b=c "d" 'e'`, `a,b=c "d" 'e'`},
		{`a\b`, "a%5Cb"},
		{"50%", "50%25"},
		{"ns1\x01", "ns1%01"},
		{"\x01\x02", "%01%02"},
		{"%%", "%25%25"},
		{"a\nb\x00", "a%0Ab%00"},
		{"\u00a0a", "%C2%A0a"}, // a no-break space is neither ASCII nor printable
		{"café-東", "café-東"},
		{"a\u202eb", "a%E2%80%AEb"}, // turns the direction of writing
		{"\ufffd", "\ufffd"},        // is itself valid UTF-8
		{"\xff", "0xff"},
		{"ns\xff1 \n", "0x6e73ff31"},
		{"\xa7\x62\xa9", "0xa762a9"},
		{long + "yz", long + "yz"},
		{long + "yzz", long + "y~"},
		{long + "é", long + "é"},
		{long + "éz", long + "~"},
		{long + "\x01", long + "~"},
		{long[:97] + "\x01", long[:97] + "%01"},
		{long[:97] + "\x01z", long[:97] + "~"},
		{strings.Repeat("\xff", 49), "0x" + strings.Repeat("ff", 49)},
		{strings.Repeat("\xff", 50), "0x" + strings.Repeat("ff", 48) + "~"},
	} {
		if got := Printable(c.in, TagSize); got != c.want {
			t.Errorf("%q: got %q, want %q", c.in, got, c.want)
		}
	}
}

// FuzzPrintable: whatever the bytes, the form is short, valid, free of control characters, and its
// own form again but for what marks it.
func FuzzPrintable(f *testing.F) {
	f.Add("lhr1.example", 100)
	f.Add("\xff\x00", 3)
	f.Add("é\n"+strings.Repeat("東", 50), 100)
	f.Fuzz(func(t *testing.T, s string, size int) {
		if size < 8 || size > FieldSize {
			return
		}
		got := Printable(s, size)
		if len(got) > size || !utf8.ValidString(got) || got != strings.TrimLeft(got, asciiSpace) {
			t.Fatalf("%q: %q", s, got)
		}
		if strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r == '\\' || r == 0x7f }) {
			t.Fatalf("%q: %q", s, got)
		}
		if (got == "") != (strings.Trim(s, asciiSpace) == "") {
			t.Fatalf("%q: %q", s, got)
		}
	})
}
