package cells

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

func TestCut(t *testing.T) {
	for _, test := range []struct {
		name, text string
		width      int
		want       string
	}{
		{"fits", "lhr1", 4, "lhr1"},
		{"too long", "lhr12", 4, "lhr~"},
		{"one cell", "lhr1", 1, "~"},
		{"none", "lhr1", 0, ""},
		{"wide letters", "東京大手町", 10, "東京大手町"},
		{"wide letters, even", "東京大手町", 8, "東京大~"},
		{"wide letters, odd", "東京大手町", 9, "東京大手~"},
		{"an accent of its own", "cafe\u0301s", 5, "cafe\u0301s"},
		{"a letter goes with its accent", "cafe\u0301s", 4, "caf~"},
		{"flags", "🇬🇧🇫🇷x", 4, "🇬🇧~"},
		{"a family", "👩‍👩‍👧x", 2, "~"},
		{"an escaped byte", "lhr%E2%80%8D", 9, "lhr%E2~"},
		{"inside an escaped byte", "lhr%E2%80%8D", 8, "lhr%E2~"},
		{"at its end", "lhr%E2%80%8D", 10, "lhr%E2%80~"},
		{"a percent sign of no byte", "100.0 % lost", 8, "100.0 %~"},
	} {
		if got := Cut(test.text, test.width); got != test.want {
			t.Errorf("%s: %q in %d cells is %q, want %q", test.name, test.text, test.width, got, test.want)
		}
	}
}

func TestCutServer(t *testing.T) {
	for _, test := range []struct {
		text  string
		width int
		want  string
	}{
		{"192.0.2.53:5353", 15, "192.0.2.53:5353"},
		{"192.0.2.53:5353", 12, "192.0.2.53~"},
		{"192.0.2.53:5353", 8, "~0.2.53~"},
		{"192.0.2.53", 8, "~.0.2.53"},
		{"[2001:db8:53::53]:5353", 18, "2001:db8:53::53~"},
		{"2001:db8:53::53", 8, "~:53::53"},
		{"fe80::1%eth0", 8, "~:1%eth0"},
		{"ns1.example.net:53", 8, "ns1.exa~"},
	} {
		if got := CutServer(test.text, test.width); got != test.want {
			t.Errorf("%s in %d cells is %q, want %q", test.text, test.width, got, test.want)
		}
	}
}

// TestCutters: whatever the text and the width, what is left fits, and is whole letters.
func TestCutters(t *testing.T) {
	texts := []string{
		"", "a", "192.0.2.53:5353", "[2001:db8::1%eth0]:53", "ns1.example.net", "%E2%80%8D%00", "東京 大手町", "cafe\u0301", "\u0301a",
		"🇬🇧🇫🇷🇩", "❤️👍🏽", "👩‍👩‍👧", "한글", "ｱｲ", "\u0600\u0601ab", "क्षि", "…",
	}
	for _, text := range texts {
		clusters := map[string]bool{Mark: true}
		for g := uniseg.NewGraphemes(text); g.Next(); {
			clusters[g.Str()] = true
		}
		for width := range 30 {
			for name, by := range map[string]Cutter{"Cut": Cut, "CutServer": CutServer, "CutFront": CutFront, "CutMiddle": CutMiddle} {
				got := by(text, width)
				if n := Width(got); n > width || !utf8.ValidString(got) || n < width && got == text && Width(text) > width {
					t.Errorf("%s: %q in %d cells is %q of %d", name, text, width, got, n)
				}
				for g := uniseg.NewGraphemes(strings.ReplaceAll(got, Mark, "")); g.Next(); {
					if !clusters[g.Str()] {
						t.Errorf("%s: %q in %d cells is %q: it has cut a letter", name, text, width, got)
					}
				}
			}
		}
	}
}

func TestWrap(t *testing.T) {
	const long = 100
	for _, test := range []struct {
		text, indent string
		width, most  int
		want         []string
	}{
		{"1 of 1 query", "  ", 0, long, []string{"1 of 1 query"}},
		{"1 of 1 query", "  ", 12, long, []string{"1 of 1 query"}},
		{"1 of 1 query", "  ", 11, long, []string{"1 of 1", "  query"}},
		{"1 of 1 query", "  ", 6, long, []string{"1 of 1", "  quer", "  y"}},
		{"1 of 1 query", "  ", 3, long, []string{"1", "of", "1", "que", "ry"}},
		{"1 of 1 query", "  ", 7, 1, []string{"1 of 1~"}},
		{"東京 大手町", "  ", 6, long, []string{"東京", "  大手", "  町"}},
		{"東京", "", 1, long, []string{"~"}},
		{"a  b", "", 3, long, []string{"a", "b"}},
		{"", "  ", 3, long, []string{""}},
	} {
		got := Wrap(test.text, test.indent, test.width, test.most)
		if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
			t.Errorf("%q in %d cells is %q, want %q", test.text, test.width, got, test.want)
		}
	}
}

// TestDisputed: what terminals agree on needs no cursor.
func TestDisputed(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "lhr1": false, "zürich": false, "東京": false, "cafe\u0301": false, "👍": false,
		"👍🏽": true, "❤️": true, "🇬🇧": true, "🇬": true, "👩‍👧": true, "क्षि": true,
	} {
		if got := Disputed(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
