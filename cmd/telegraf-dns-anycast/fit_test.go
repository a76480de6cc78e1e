package main

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/metric"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
)

// watched is a history in which every column of a watch has something to say.
func watched() *history {
	h := newHistory(nil)
	longName := "cloud=c,server=ns1.example.net,address=2001:db8::%d,family=ipv6,transport=%s,instance=NRT-" + strings.Repeat("0123456789", 8) + ",site=NRT,rcode=REFUSED,result=success"
	for i := range 3 {
		far := newPoint(strings.NewReplacer("%d", "1", "%s", "udp").Replace(longName), answeredIn(float64(20+i)))
		far.AddField("distance_km", 9584.0)
		far.AddField("verdict", "impossible")
		gone := newPoint("cloud=c,server=192.0.2.53:5353,address=192.0.2.53,family=ipv4,transport=tcp,result=unreachable",
			failedFor("port unreachable from 192.0.2.53"))
		h.add(roundOf(time.Second, far, gone,
			aboutZone("reference", "192.0.2.8", "zone=example,result=success,rcode=NOERROR", served(12, 0))))
	}
	h.last.placeName = func(_, site string) string { return map[string]string{"NRT": "Tokyo Narita"}[site] }
	return h
}

// titlesOf are the columns that are there.
func titlesOf(lines []line) []string { return strings.Fields(lines[0].text + lines[0].tail) }

// TestFit: no line is wider than the terminal, and columns go in their order: what says good or bad is the last.
func TestFit(t *testing.T) {
	h := watched()
	whole := h.table(look{})
	all := titlesOf(whole)
	const wide = 320
	var gone []string
	for width := wide; width > 0; width-- {
		table := h.table(look{width: width})
		for _, l := range table {
			if n := cells.Width(l.text + l.tail); n > width {
				t.Fatalf("%d cells on a terminal of %d:\n%s", n, width, textOf(table))
			}
		}
		if width < 20 {
			continue // titles are cut too
		}
		for _, title := range all {
			if !slices.Contains(titlesOf(table), title) && !slices.Contains(gone, title) {
				gone = append(gone, title)
			}
		}
	}
	want := []string{"place", "distance", "best", "since", "median", "rcode", "serial", "last", "lag", "instance", "site", "address", "via", "verdict", "loss"}
	if !slices.Equal(gone, want) {
		t.Errorf("columns go in the order\n%q, want\n%q", gone, want)
	}
	if got := textOf(h.table(look{width: wide})); got != textOf(whole) {
		t.Errorf("a terminal with room shows\n%swant all of\n%s", got, textOf(whole))
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
		if got := textOf(h.table(look{width: width})); got != want {
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
		var b bytes.Buffer
		if err := printTable(&b, r, look{width: width}); err != nil || !regexp.MustCompile(want).Match(b.Bytes()) {
			t.Errorf("%d columns: %v,\n%swant %s", width, err, &b, want)
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
		var b bytes.Buffer
		if err := printTable(&b, roundOf(time.Second, points...), look{width: width}); err != nil {
			t.Fatal(err)
		}
		at := map[int]bool{}
		for l := range strings.Lines(b.String()) {
			if before, _, is := strings.Cut(l, "success\n"); is {
				at[cells.Width(before)] = true
			}
		}
		if len(at) != 1 {
			t.Errorf("%d columns: the result begins at %v:\n%s", width, at, &b)
		}
	}
}

// TestDisputedWidth: where terminals differ over a cell the next column is gone to by its number.
func TestDisputedWidth(t *testing.T) {
	r := roundOf(time.Second,
		newPoint("server=192.0.2.1,address=192.0.2.1,transport=udp,instance=❤️,site=L,result=success", answeredIn(1)),
		newPoint("server=192.0.2.2,address=192.0.2.2,transport=udp,instance=東京,site=L,result=success", answeredIn(1)))
	var plain, moved bytes.Buffer
	printTable(&plain, r, look{})
	printTable(&moved, r, look{moves: true})
	want := strings.Replace(plain.String(), "❤️        ", "❤️       \033[K\033[23G ", 1)
	if got := moved.String(); got != want || got == plain.String() {
		t.Errorf("got\n%q, want\n%q", got, want)
	}
}

// TestPageWidths: no line of a page is wider than the screen: title, clouds, sum, changes and messages.
func TestPageWidths(t *testing.T) {
	h := watched()
	h.clouds["c"] = metric.New("dns_anycast_cloud", nil, map[string]any{"families_agree": int64(0)}, time.Now())
	h.add(roundOf(time.Second, changeOf(map[string]any{
		"from": "LHR", "from_instance": strings.Repeat("ロンドン", 20), "to": "NRT", "to_instance": "NRT1", "held_s": 61.2,
	}, time.Now())))
	h.last = watched().last
	h.Write([]byte("W! " + strings.Repeat("a long word, ", 20) + strings.Repeat("x", 300)))
	for width := 1; width < 150; width++ {
		for height := 1; height < 40; height += 6 {
			page := h.page(time.Second, look{width: width}, height)
			if len(page) > height {
				t.Fatalf("%d lines on a screen of %d", len(page), height)
			}
			for _, l := range page {
				if n := cells.Width(l.text + l.tail); n > width {
					t.Fatalf("%d cells on a screen of %d:\n%s", n, width, textOf(page))
				}
			}
		}
		for l := range strings.Lines(h.roundText(look{width: width}, 1)) {
			if n := cells.Width(strings.TrimSuffix(l, "\n")); n > width {
				t.Fatalf("%d cells on a terminal of %d: %s", n, width, l)
			}
		}
	}
}

// TestCloudSign: what is said of a cloud stays, and its name is cut.
func TestCloudSign(t *testing.T) {
	r := row{cloud: "a-cloud-of-a-long-name", sign: ": IPv4 and IPv6 reach different sites"}
	for width, want := range map[int]string{
		0:  "a-cloud-of-a-long-name: IPv4 and IPv6 reach different sites",
		59: "a-cloud-of-a-long-name: IPv4 and IPv6 reach different sites",
		50: "a-cloud-of-a~: IPv4 and IPv6 reach different sites",
		40: "a-cloud~: IPv4 and IPv6 reach different~",
		5:  "a-cl~",
	} {
		if got := (look{width: width}).cloudTitle(r); got != want {
			t.Errorf("%d columns: %q, want %q", width, got, want)
		}
	}
}
