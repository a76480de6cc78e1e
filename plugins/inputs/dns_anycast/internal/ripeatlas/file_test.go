package ripeatlas

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/miekg/dns"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/atlastest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

func gzipped(t testing.TB, b []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write(b)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// some are results of the probes, a second after each other.
func some(probes ...int) (lines [][]byte) {
	for i, probe := range probes {
		lines = append(lines, of(func(r *atlastest.Result) {
			r.Probe, r.At, r.Reply = probe, asked.Add(time.Duration(i)*time.Second), atlastest.Named("hostname.bind", "lhr1", nil)
		}).Line())
	}
	return lines
}

// readAll is ReadFile of a text.
func readAll(t testing.TB, text []byte) *Window {
	t.Helper()
	w, err := ReadFile(bytes.NewReader(text), QuestionOfFile([]string{"hostname.bind"}))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestReadFileForms: one a line or as one array, packed or not, whatever a reader hands over at once.
func TestReadFileForms(t *testing.T) {
	lines := some(7, 8, 9)
	asLines := bytes.Join(lines, []byte("\n"))
	asArray := append(append([]byte("["), bytes.Join(lines, []byte(","))...), ']')
	tricky := []byte(strings.Replace(string(asArray), `"fw":5080`, `"x":"}],{\\\"[","y":[[{}],"]"],"fw":5080`, 1))
	for name, text := range map[string][]byte{
		"lines":            asLines,
		"lines, all ended": append(slices.Clone(asLines), '\n'),
		"blank lines, CR":  bytes.Join(lines, []byte("\r\n \r\n\n")),
		"a mark":           append([]byte("\ufeff"), asLines...),
		"array":            asArray,
		"array on lines":   append(append([]byte(" \n[\n "), bytes.Join(lines, []byte(" ,\n "))...), " ]\n"...),
		"array, marked":    append([]byte("\ufeff"), asArray...),
		"array, tricky":    tricky,
		"gzip":             gzipped(t, asLines),
		"gzip of array":    gzipped(t, asArray),
		"gzip, in parts":   append(gzipped(t, append(slices.Clone(lines[0]), '\n')), gzipped(t, append(append(slices.Clone(lines[1]), '\n'), lines[2]...))...),
		"two arrays":       bytes.Join([][]byte{[]byte("["), lines[0], []byte("]\n\n[\n"), lines[1], []byte(","), lines[2], []byte("]\n")}, nil),
		"array, lines":     bytes.Join([][]byte{[]byte("["), lines[0], []byte("]"), lines[1], []byte("\n"), lines[2]}, nil),
		"array, cut":       append(slices.Clone(asArray[:len(asArray)-1]), ','),
		"gzip, cut":        gzipped(t, append(asLines, '\n'))[:len(gzipped(t, append(asLines, '\n')))-4],
	} {
		for _, r := range []io.Reader{bytes.NewReader(text), iotest.OneByteReader(bytes.NewReader(text)), iotest.DataErrReader(bytes.NewReader(text))} {
			w, err := ReadFile(r, QuestionOfFile([]string{"hostname.bind"}))
			if err != nil || w.Total != 3 || len(w.Results) != 3 || w.Undecodable != 0 || w.Cut != strings.HasSuffix(name, "cut") {
				t.Errorf("%s: %+v, %v", name, w, err)
				continue
			}
			if w.Results[2].Probe != 9 || !w.From.Equal(asked) || !w.To.Equal(asked.Add(3*time.Second)) {
				t.Errorf("%s: %v to %v, %+v", name, w.From, w.To, w.Results)
			}
		}
	}
}

func TestReadFileCounts(t *testing.T) {
	lines := some(7, 8, 7, 9)
	busy := of(func(r *atlastest.Result) { r.Error = `[{"query busy":"x"}]` }).Line()
	unsynced := of(func(r *atlastest.Result) { r.Probe, r.Error, r.Synced = 10, `{"timeout":5000}`, -1 }).Line()
	long := append(append([]byte(`{"x":"`), bytes.Repeat([]byte("x"), lineSize)...), `"}`...)
	all := [][]byte{lines[0], lines[1], []byte("<html>"), lines[2], lines[1], busy, long, unsynced, lines[3], lines[1], []byte("null"), lines[3][:40]}
	for name, text := range map[string][]byte{
		"lines": bytes.Join(all, []byte("\n")),
		"array": append(append([]byte("["), bytes.Join(all, []byte(","))...), "}]"...),
	} {
		w := readAll(t, text)
		got := fmt.Sprint(w.Total, len(w.Results), w.Duplicates, w.Undecodable, w.Unsynced)
		if want := "5 4 2 4 1"; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	for name, text := range map[string]string{"nothing": "", "blanks": " \n\n", "an empty array": "[]", "the start of one": " ["} {
		if w := readAll(t, []byte(text)); w.Total+w.Undecodable != 0 || !w.From.IsZero() {
			t.Errorf("%s: %+v", name, w)
		}
	}
	broken := io.MultiReader(bytes.NewReader(append(lines[0], '\n')), iotest.ErrReader(errors.New("gone")))
	if w, err := ReadFile(broken, QuestionOfFile(nil)); err == nil || err.Error() != "gone" {
		t.Errorf("a file that cannot be read on: %+v, %v", w, err)
	}
	if w, err := ReadFile(strings.NewReader("\x1f\x8bno"), QuestionOfFile(nil)); err == nil {
		t.Errorf("what is no gzip: %+v", w)
	}
}

// TestReadFileLast: one vote a probe and address, the last, in any order.
func TestReadFileLast(t *testing.T) {
	vote := func(second int, instance string, edit func(*atlastest.Result)) []byte {
		return of(func(r *atlastest.Result) {
			r.At, r.Reply = asked.Add(time.Duration(second)*time.Second), atlastest.Named("hostname.bind", instance, nil)
			edit(r)
		}).Line()
	}
	plain := func(*atlastest.Result) {}
	lines := [][]byte{
		vote(1, "first", plain), vote(9, "last", plain), vote(5, "middle", plain),
		vote(1, "six", func(r *atlastest.Result) { r.Addr = kRoot6 }),
		vote(2, "tcp", func(r *atlastest.Result) { r.TCP = true }),
		vote(3, "other", func(r *atlastest.Result) { r.Measurement++ }),
		vote(4, "tcp", func(r *atlastest.Result) { r.TCP, r.Probe = true, 9 }),
		vote(4, "pct", func(r *atlastest.Result) { r.TCP, r.Probe = true, 9 }), // in the same second
		vote(7, "a", func(r *atlastest.Result) { r.Probe = 8 }),
		vote(8, "", func(r *atlastest.Result) { r.Probe, r.Reply, r.Error = 8, nil, `{"timeout":5000}` }),
	}
	var want string
	for n := range 20 {
		w := readAll(t, bytes.Join(lines, []byte("\n")))
		var got []string
		for _, r := range w.Results {
			got = append(got, fmt.Sprint(r.Measurement, r.Probe, r.Addr, r.Transport, brief(r)))
		}
		if text := strings.Join(got, "\n"); n == 0 {
			want = text
		} else if text != want {
			t.Fatalf("in another order: %s\nwant %s", text, want)
		}
		lines = append(lines[3:], lines[:3]...)
		slices.Reverse(lines[:5])
	}
	for _, part := range []string{`"last"`, `"six"`, `"tcp"`, `"other"`, "8 192.0.2.53:53 udptimeout"} {
		if !strings.Contains(want, part) {
			t.Errorf("%s is not in\n%s", part, want)
		}
	}
	if strings.Count(want, "\n") != 5 {
		t.Errorf("votes:\n%s", want)
	}
}

// TestReadFileTargets: what results do not say that could not even ask, the others of their
// measurement do, where there is no doubt.
func TestReadFileTargets(t *testing.T) {
	nowhere := func(measurement int) []byte {
		return of(func(r *atlastest.Result) {
			r.Measurement, r.Probe, r.Addr, r.Error = measurement, 9, netip.AddrPort{}, `{"socket":"x"}`
		}).Line()
	}
	silent := of(func(r *atlastest.Result) { r.Measurement, r.Probe, r.Addr, r.Error = 2, 8, kRoot6, `{"timeout":5000}` }).Line()
	answered := func(measurement int, at netip.AddrPort, reply []byte) []byte {
		return of(func(r *atlastest.Result) { r.Measurement, r.Addr, r.Reply = measurement, at, reply }).Line()
	}
	w := readAll(t, bytes.Join([][]byte{
		nowhere(1), nowhere(2), nowhere(3), silent,
		answered(1, kRoot, atlastest.Named("hostname.bind", "a", nil)),
		answered(2, kRoot6, atlastest.Zone("example", 7, "a", func(*dns.Msg) {})),
		answered(3, kRoot, atlastest.Named("hostname.bind", "a", nil)), answered(3, kRoot6, atlastest.Zone("example", 7, "a", nil)),
	}, []byte("\n")))
	var got []string
	for _, r := range w.Results {
		if r.Reply == nil {
			got = append(got, fmt.Sprintf("%d %v %v %q", r.Measurement, r.Addr, r.Family, r.Zone))
		}
	}
	want := []string{
		`1 192.0.2.53:53 ipv4 ""`, `2 [2001:db8::53]:53 ipv6 "example"`, `2 [2001:db8::53]:53 ipv6 "example"`,
		`3 invalid AddrPort  ""`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if w.Results[0].Family == observation.NoFamily {
		t.Error("no family")
	}
}

// TestReadFileZone: what a measurement asks is read from all of its results, also where the votes do
// not tell.
func TestReadFileZone(t *testing.T) {
	result := func(after time.Duration, edit func(*atlastest.Result)) []byte {
		return of(func(r *atlastest.Result) {
			r.At, r.Reply = asked.Add(after), atlastest.Zone("example", 7, "a", nil)
			edit(r)
		}).Line()
	}
	told := result(0, func(*atlastest.Result) {})
	for name, edit := range map[string]func(*atlastest.Result){
		"another question": func(r *atlastest.Result) { r.Reply = atlastest.Named("version.bind", "a", nil) },
		"silence":          func(r *atlastest.Result) { r.Reply, r.Error = nil, `{"timeout":5000}` },
	} {
		w := readAll(t, append(append(told, '\n'), result(time.Second, edit)...))
		if len(w.Results) != 1 || w.Results[0].Zone != "example" {
			t.Errorf("%s: %+v", name, w.Results)
		}
	}
}
