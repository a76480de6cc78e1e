package rounds

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/table"
)

// faulty is a history with a zone that nobody serves, each target for another reason.
func faulty() *History {
	zone := strings.Repeat("long.", 6) + "example.net"
	at := func(n int, fields map[string]any, tags string) telegraf.Metric {
		server := fmt.Sprintf("127.0.88.%d", n)
		return newPoint("cloud=example,server="+server+":25353,address="+server+",transport=udp,"+tags, fields)
	}
	about := func(n int, tags string) telegraf.Metric {
		m := aboutZone("example", fmt.Sprintf("127.0.88.%d", n), "zone="+zone+","+tags, map[string]any{"answered": int64(1)})
		m.AddTag("server", fmt.Sprintf("127.0.88.%d:25353", n))
		return m
	}
	near := func() map[string]any {
		return map[string]any{"answered": int64(1), "query_time_ms": 4.3, "distance_km": 17.0, "verdict": "near", "expected": int64(1)}
	}
	other, refused := near(), answeredIn(0.4)
	other["expected"], refused["expected"] = int64(0), int64(0)
	gone := failedFor("port unreachable from 127.0.88.50")
	h := NewHistory(nil)
	for range 3 {
		h.Add(roundOf(time.Second,
			at(46, near(), "instance=LHR46,site=LHR,rcode=NOERROR,result=success"), about(46, "result=no_soa,rcode=NOERROR"),
			at(37, near(), "instance=LHR37,site=LHR,rcode=NOERROR,result=success"), about(37, "result=not_authoritative,rcode=NOERROR"),
			at(19, other, "instance=XXX19,site=XXX,rcode=NOERROR,result=success"), about(19, "result=rcode_error,rcode=SERVFAIL"),
			at(50, gone, "result=unreachable"),
			at(61, refused, "rcode=REFUSED,result=rcode_error"), about(61, "result=rcode_error,rcode=REFUSED")))
	}
	return h
}

// TestResultOutlivesLesser: no column that says neither good nor bad stays beside a result that
// lacks a word of what is wrong, and these words are whole as far down as they can be.
func TestResultOutlivesLesser(t *testing.T) {
	h := faulty()
	words := [][]string{
		{"not expected", "rcode_error SERVFAIL"}, {"not_authoritative"}, {"no_soa"}, {"unreachable"}, {"not expected", "rcode_error"},
	}
	for width := 250; width >= 20; width-- {
		lines := h.table(table.Look{Width: width})
		for i, row := range lines[2:] {
			whole := true
			for n, word := range words[i] {
				said := strings.Contains(row.Tail, word)
				if whole = whole && said; !said && (width >= 66 || width >= 50 && n == 0) {
					t.Errorf("%d columns: %q lacks %q", width, row.Tail, word)
				}
			}
			for _, title := range titlesOf(lines) {
				if !whole && !slices.Contains([]string{"server", "loss", "verdict", "result"}, title) {
					t.Fatalf("%d columns: %s stays beside %q:\n%s", width, title, row.Tail, table.Text(lines))
				}
			}
		}
	}
}

// TestFaultWidths: tables as a person sees them.
func TestFaultWidths(t *testing.T) {
	h := faulty()
	for width, want := range map[int]string{
		80: `  server             site     loss  verdict  result
example
  127.0.88.19:25353  XXX     0.0 %  near     not expected; rcode_error SERVFAIL
  127.0.88.37:25353  LHR     0.0 %  near     not_authoritative (long.long.long~)
  127.0.88.46:25353  LHR     0.0 %  near     no_soa (long.long.long.long.long.~)
  127.0.88.50:25353        100.0 %           unreachable: port unreachable
  127.0.88.61:25353          0.0 %           not expected; rcode_error REFUSED
`,
		60: `  server       loss  verdict  result
example
  ~.88.19~    0.0 %  near     not expected; rcode_error SER~
  ~.88.37~    0.0 %  near     not_authoritative (long.long~)
  ~.88.46~    0.0 %  near     no_soa (long.long.long.long.~)
  ~.88.50~  100.0 %           unreachable: port unreachable
  ~.88.61~    0.0 %           not expected; rcode_error REF~
`,
		40: `  server       loss  verdict  result
example
  ~.88.19~    0.0 %  near     not expec~
  ~.88.37~    0.0 %  near     not_autho~
  ~.88.46~    0.0 %  near     no_soa
  ~.88.50~  100.0 %           unreachab~
  ~.88.61~    0.0 %           not expec~
`,
	} {
		if got := table.Text(h.table(table.Look{Width: width})); got != want {
			t.Errorf("%d columns:\n%swant\n%s", width, got, want)
		}
	}
}

// TestFaults: what is wrong in few words, the worst first, each word once.
func TestFaults(t *testing.T) {
	const server = "192.0.2.1"
	at := func(result string, fields map[string]any) telegraf.Metric {
		return newPoint("cloud=c,server="+server+",address="+server+",transport=udp,"+result, fields)
	}
	zone := func(name, result string, fields map[string]any) telegraf.Metric {
		return aboutZone("c", server, "zone="+name+",result="+result, fields)
	}
	unexpected := map[string]any{"answered": int64(1), "expected": int64(0)}
	answered := map[string]any{"answered": int64(1)}
	for _, test := range []struct {
		name   string
		points []telegraf.Metric
		want   string // in 60 cells
		short  string // in 24 cells
	}{
		{
			"one zone",
			[]telegraf.Metric{at("result=success", answered), zone("example.net", "no_soa", answered)},
			"no_soa (example.net)", "no_soa (example.net)",
		},
		{
			"two zones",
			[]telegraf.Metric{at("result=success", answered), zone("a.example", "no_soa", answered), zone("b.example", "no_soa", answered)},
			"no_soa (a.example, b.example)", "no_soa (a.example, b.e~)",
		},
		{
			"many zones",
			[]telegraf.Metric{
				at("result=success", answered), zone("a", "no_soa", answered), zone("b", "no_soa", answered),
				zone("c", "no_soa", answered), zone("d", "no_soa", answered), zone("e", "rcode_error,rcode=SERVFAIL", answered),
			},
			"no_soa (4 zones); rcode_error SERVFAIL (e)", "no_soa; rcode_error SER~",
		},
		{
			"silent for zones too",
			[]telegraf.Metric{at("result=timeout", failedFor("")), zone("example.net", "timeout", failedFor(""))},
			"timeout", "timeout",
		},
		{
			"a zone alone is silent",
			[]telegraf.Metric{at("result=success", answered), zone("example.net", "timeout", failedFor("reply came from 192.0.2.9"))},
			"timeout (example.net): reply came from 192.0.2.9", "timeout (example.net)",
		},
		{
			"refused",
			[]telegraf.Metric{at("result=rcode_error,rcode=REFUSED", unexpected), zone("example.net", "rcode_error,rcode=REFUSED", answered)},
			"not expected; rcode_error REFUSED (also example.net)", "not expected; rcode_err~",
		},
		{
			"a zone is worse than no name",
			[]telegraf.Metric{at("result=no_identity", answered), zone("example.net", "not_authoritative", answered)},
			"not_authoritative (example.net); no_identity", "not_authoritative; no_i~",
		},
		{
			"its own address",
			[]telegraf.Metric{at("result=unreachable", failedFor("port unreachable from "+server))},
			"unreachable: port unreachable", "unreachable: port unrea~",
		},
		{
			"another address",
			[]telegraf.Metric{at("result=unreachable", failedFor("host unreachable from 192.0.2.254"))},
			"unreachable: host unreachable from 192.0.2.254", "unreachable: host unrea~",
		},
		{
			"a sign",
			[]telegraf.Metric{at("result=success", map[string]any{"answered": int64(1), "error": "TXT of class IN"})},
			"success: TXT of class IN", "success: TXT of class IN",
		},
	} {
		r := roundOf(time.Second, test.points...)
		for width, want := range map[int]string{60: test.want, 24: test.short} {
			if got := r.rows()[0].remarks().In(width); got != want {
				t.Errorf("%s: %q in %d cells, want %q", test.name, got, width, want)
			}
		}
	}
}

// TestFaultsInPipes: what is no terminal gets the whole outcome, as before.
func TestFaultsInPipes(t *testing.T) {
	zone := aboutZone("c", "192.0.2.1", "zone=example.net,result=no_soa", answeredIn(1))
	point := newPoint("cloud=c,server=192.0.2.1,address=192.0.2.1,transport=udp,instance=LHR1,result=success", answeredIn(1))
	for _, width := range []int{0, 200} {
		r := roundOf(time.Second, point, zone)
		if got := r.Text(table.Look{Width: width}); !strings.Contains(got, "  success; zone example.net: no_soa\n") {
			t.Errorf("%d columns:\n%s", width, got)
		}
	}
}
