package rounds

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/metric"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/table"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// watched is a history in which every column of a watch has something to say, of three rounds.
func watched() *History {
	h := NewHistory(nil)
	for i := range 3 {
		h.Add(watchedRound(i))
	}
	return h
}

// watchedRound is one of them, with further points.
func watchedRound(i int, further ...telegraf.Metric) Round {
	longName := "NRT-" + strings.Repeat("0123456789", 8)
	far := newPoint("cloud=c,server=ns1.example.net,address=2001:db8::1,family=ipv6,transport=udp,instance="+longName+
		",site=NRT,rcode=REFUSED,result=success", answeredIn(float64(20+i)))
	far.AddField("distance_km", 9584.0)
	far.AddField("verdict", "impossible")
	gone := newPoint("cloud=c,server=192.0.2.53:5353,address=192.0.2.53,family=ipv4,transport=tcp,result=unreachable",
		failedFor("port unreachable from 192.0.2.53"))
	r := roundOf(time.Second, far, gone,
		aboutZone("reference", "192.0.2.8", "zone=example,result=success,rcode=NOERROR", served(12, 0)))
	for _, m := range further {
		r.Add(dns_anycast.ReadRow(m))
	}
	r.PlaceName = func(_, site string) string { return map[string]string{"NRT": "Tokyo Narita"}[site] }
	return r
}

// titlesOf are the columns that are there.
func titlesOf(lines []table.Line) []string { return strings.Fields(lines[0].Text + lines[0].Tail) }

// TestFit: no line is wider than the terminal, and columns go in their order: what says good or
// bad is the last.
func TestFit(t *testing.T) {
	h := watched()
	whole := h.table(table.Look{})
	all := titlesOf(whole)
	const wide = 320
	var gone []string
	for width := wide; width > 0; width-- {
		lines := h.table(table.Look{Width: width})
		for _, l := range lines {
			if n := cells.Width(l.Text + l.Tail); n > width {
				t.Fatalf("%d cells on a terminal of %d:\n%s", n, width, table.Text(lines))
			}
		}
		if width < 20 {
			continue // titles are cut too
		}
		for _, title := range all {
			if !slices.Contains(titlesOf(lines), title) && !slices.Contains(gone, title) {
				gone = append(gone, title)
			}
		}
	}
	want := []string{"place", "distance", "best", "since", "median", "rcode", "serial", "last", "lag", "instance", "site", "address", "via", "verdict", "loss"}
	if !slices.Equal(gone, want) {
		t.Errorf("columns go in the order\n%q, want\n%q", gone, want)
	}
	if got := table.Text(h.table(table.Look{Width: wide})); got != table.Text(whole) {
		t.Errorf("a terminal with room shows\n%swant all of\n%s", got, table.Text(whole))
	}
}

// TestFitWidths: tables as a person sees them.
func TestFitWidths(t *testing.T) {
	h := watched()
	for width, want := range map[int]string{
		100: `  server           address      via  instance     site     loss  verdict            lag  result
c
  192.0.2.53:5353  192.0.2.53   tcp                     100.0 %                          unreachable
  ns1.example.net  2001:db8::1  udp  NRT-012345~  NRT     0.0 %  impossible              success
reference
  192.0.2.8        192.0.2.8    udp                       0.0 %              example 0s  success
`,
		40: `  server       loss  verdict  result
c
  ~0.2.53~  100.0 %           unreachab~
  ns1.exa~    0.0 %  imposs~  success
reference
  ~2.0.2.8    0.0 %           success
`,
		20: `  server    result
c
  ~0.2.53~  unreach~
  ns1.exa~  success
reference
  ~2.0.2.8  success
`,
	} {
		if got := table.Text(h.table(table.Look{Width: width})); got != want {
			t.Errorf("%d columns:\n%swant\n%s", width, got, want)
		}
	}
}

// TestFitSaysWhatIsWrong: where the result is cut, what is wrong comes before what is not.
func TestFitSaysWhatIsWrong(t *testing.T) {
	unexpected := answeredIn(1)
	unexpected["expected"] = int64(0)
	at := func(server string, fields map[string]any) telegraf.Metric {
		return newPoint("cloud=c,server="+server+",address="+server+",transport=udp,instance=LHR1,result=success", fields)
	}
	r := roundOf(time.Second, at("192.0.2.1", unexpected), at("192.0.2.2", answeredIn(1)), at("192.0.2.3", answeredIn(1)),
		aboutZone("c", "192.0.2.2", "zone=example,result=rcode_error,rcode=SERVFAIL", map[string]any{"answered": int64(1)}))
	for width, want := range map[int]string{
		200: `success, not expected\n.*success; zone example: rcode_error SERVFAIL\n.* success\n`,
		50:  ` not expected\n.* rcode_error SERVFAIL\n.* success\n`,
		24:  ` not expected\n.* rcode_error~\n.* success\n`,
	} {
		if got := r.Text(table.Look{Width: width}); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%d columns:\n%swant %s", width, got, want)
		}
	}
}

// TestWideLetters: columns stand below each other, whatever alphabet is to the left of them.
func TestWideLetters(t *testing.T) {
	var points []telegraf.Metric
	for _, instance := range []string{"東京大手町", "cafe\u0301", "ｱﾏｿﾞﾝ", "🇬🇧❤️👍🏽", "LHR1", "%E2%80%8D"} {
		points = append(points, newPoint("cloud=東京,server=192.0.2.1,address=192.0.2.1,transport=udp,instance="+instance+",result=success", answeredIn(1)))
	}
	for _, width := range []int{0, 44, 38} {
		r := roundOf(time.Second, points...)
		text := r.Text(table.Look{Width: width})
		at := map[int]bool{}
		for l := range strings.Lines(text) {
			if before, _, is := strings.Cut(l, "success\n"); is {
				at[cells.Width(before)] = true
			}
		}
		if len(at) != 1 {
			t.Errorf("%d columns: the result begins at %v:\n%s", width, at, text)
		}
	}
}

// TestDisputedWidth: where terminals differ over a cell the next column is gone to by its number.
func TestDisputedWidth(t *testing.T) {
	r := roundOf(time.Second,
		newPoint("server=192.0.2.1,address=192.0.2.1,transport=udp,instance=❤️,site=L,result=success", answeredIn(1)),
		newPoint("server=192.0.2.2,address=192.0.2.2,transport=udp,instance=東京,site=L,result=success", answeredIn(1)))
	plain, moved := r.Text(table.Look{}), r.Text(table.Look{Moves: true})
	want := strings.Replace(plain, "❤️        ", "❤️       \033[K\033[23G ", 1)
	if moved != want || moved == plain {
		t.Errorf("got\n%q, want\n%q", moved, want)
	}
}

// TestPageWidths: no line of a page is wider than the screen: title, clouds, sum, changes and
// messages.
func TestPageWidths(t *testing.T) {
	h := watched()
	differ := metric.New("dns_anycast_cloud", map[string]string{"cloud": "c"}, map[string]any{"families_agree": int64(0)}, time.Now())
	moved := changeOf(map[string]any{
		"from": "LHR", "from_instance": strings.Repeat("ロンドン", 20), "to": "NRT", "to_instance": "NRT1", "held_s": 61.2,
	}, time.Now())
	h.Add(watchedRound(3, differ, moved))
	for width := 1; width < 150; width++ {
		h.Write([]byte("W! " + strings.Repeat("a long word, ", 20) + strings.Repeat("x", 300)))
		for height := 1; height < 40; height += 6 {
			page := h.Page(time.Second, table.Look{Width: width}, height)
			if len(page) > height {
				t.Fatalf("%d lines on a screen of %d", len(page), height)
			}
			for _, l := range page {
				if n := cells.Width(l.Text + l.Tail); n > width {
					t.Fatalf("%d cells on a screen of %d:\n%s", n, width, table.Text(page))
				}
			}
		}
		for l := range strings.Lines(h.RoundText(table.Look{Width: width})) {
			if n := cells.Width(strings.TrimSuffix(l, "\n")); n > width {
				t.Fatalf("%d cells on a terminal of %d: %s", n, width, l)
			}
		}
	}
}
