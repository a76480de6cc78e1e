package ripeatlas

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/atlastest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/leaktest"
)

// newTestClient gives servers up after a tenth of a second.
func newTestClient(t testing.TB, url, key string) *Client {
	t.Helper()
	c := NewClient(url, key)
	c.silence = 100 * time.Millisecond
	t.Cleanup(c.Close)
	return c
}

// TestClientFaults: over real connections, where cut and closed ones are the kernel's to tell of.
func TestClientFaults(t *testing.T) {
	var s atlastest.Server
	s.Measure(measurement10301(nil))
	c := newTestClient(t, s.Serve(t), "")
	for _, f := range []struct {
		name  string
		fault atlastest.Fault
		kind  string
		final bool
		after time.Duration
	}{
		{"429", atlastest.Status(429), "429", false, 0},
		{"429 for a while", atlastest.BusyFor(429, " 7 "), "429", false, 7 * time.Second},
		{"416", atlastest.Status(416), "416", false, 0},
		{"500", atlastest.Status(500), "500", false, 0},
		{"403", atlastest.Status(403), "403", true, 0},
		{"204", atlastest.Status(204), "204", false, 0},
		{"HTML", atlastest.HTML, kindHTML, false, 0},
		{"a page", atlastest.Page, kindHTML, false, 0},
		{"cut", atlastest.Cut, kindCut, false, 0},
		{"half a line", atlastest.CutLine, kindContent, false, 0},
		{"nothing", atlastest.Empty, kindContent, false, 0},
		{"hang", atlastest.Hang, kindSilent, false, 0},
		{"silence", atlastest.Silent, kindSilent, false, 0},
	} {
		s.Fail(f.fault)
		m, err := c.Measurement(t.Context(), 10301)
		var fault *Fault
		if !errors.As(err, &fault) || fault.Kind != f.kind || fault.Final != f.final || fault.After != f.after || m != nil {
			t.Errorf("%s: %+v, %v (%+v)", f.name, m, err, fault)
		}
		if m, err := c.Measurement(t.Context(), 10301); err != nil || m.ID != 10301 {
			t.Errorf("after %s: %+v, %v", f.name, m, err)
		}
	}
	if _, err := c.Measurement(t.Context(), 1); err == nil || !strings.Contains(err.Error(), "404 Not Found") {
		t.Errorf("an unknown measurement: %v", err)
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	_, err := newTestClient(t, gone.URL, "").Measurement(t.Context(), 1)
	if !isFault(err, kindConnection) || strings.Contains(err.Error(), gone.URL+"/") {
		t.Errorf("nobody listens: %v", err)
	}
}

// TestClientTrickle: what comes slowly comes nevertheless, and what the client waits for ends with its
// context.
func TestClientTrickle(t *testing.T) {
	text := measurement10301(nil).JSON()
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for part := text; len(part) > 0; part = part[min(100, len(part)):] {
			w.Write(part[:min(100, len(part))])
			w.(http.Flusher).Flush()
			time.Sleep(40 * time.Millisecond)
		}
	}))
	defer slow.Close()
	if m, err := newTestClient(t, slow.URL, "").Measurement(t.Context(), 10301); err != nil || m.ID != 10301 {
		t.Errorf("%+v, %v", m, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := newTestClient(t, slow.URL, "").Measurement(ctx, 10301); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a context that ends: %v", err)
	}
}

// TestClientKey: it is sent to the API, and to nobody else.
func TestClientKey(t *testing.T) {
	var s, elsewhere atlastest.Server
	s.Measure(measurement10301(nil))
	url := s.Serve(t)
	elsewhere.SetArchive([]byte(probeObjects[0]))
	c := newTestClient(t, url+"/", "00000000-1111-2222-3333-444444444444")
	if _, err := c.Measurement(t.Context(), 10301); err != nil {
		t.Fatal(err)
	}
	a := Archive{Client: c, Source: strings.Replace(elsewhere.Serve(t), "/api/v2", "/archive", 1)}
	if _, err := a.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	const want = "Key 00000000-1111-2222-3333-444444444444"
	if got, other := s.Requests()[0], elsewhere.Requests()[0]; got.Key != want || other.Key != "" {
		t.Errorf("sent %q to the API and %q to another server", got.Key, other.Key)
	}
}

// TestClientKeyRedirected: it goes along to the same host and port, and nowhere else.
func TestClientKeyRedirected(t *testing.T) {
	var elsewhere atlastest.Server
	elsewhere.Measure(measurement10301(nil))
	other := elsewhere.Serve(t)
	var s atlastest.Server
	s.Measure(measurement10301(nil))
	url := s.Serve(t)
	c := newTestClient(t, url, "00000000-1111-2222-3333-444444444444")
	for _, one := range []struct {
		to   string
		at   *atlastest.Server
		want string
	}{
		{url + "/measurements/10301/", &s, "Key 00000000-1111-2222-3333-444444444444"},
		{other + "/measurements/10301/", &elsewhere, ""},
		{strings.Replace(other, "127.0.0.1", "localhost", 1) + "/measurements/10301/", &elsewhere, ""},
	} {
		s.Fail(func(w http.ResponseWriter, r *http.Request, _ []byte) { http.Redirect(w, r, one.to, http.StatusFound) })
		if m, err := c.Measurement(t.Context(), 10301); err != nil || m.ID != 10301 {
			t.Errorf("%s: %+v, %v", one.to, m, err)
		}
		all := one.at.Requests()
		if got := all[len(all)-1].Key; got != one.want {
			t.Errorf("sent %q to %s", got, one.to)
		}
	}
	to, _ := http.NewRequest(http.MethodGet, "http://atlas.example/api/v2/", nil)
	from, _ := http.NewRequest(http.MethodGet, "https://atlas.example/api/v2/", nil)
	to.Header.Set("Authorization", "Key")
	if err := c.redirect(to, []*http.Request{from}); err != nil || to.Header.Get("Authorization") != "" {
		t.Errorf("in clear: %v, %v", to.Header, err)
	}
}

// TestClientMislabelled: what a server calls its answer says nothing of it.
func TestClientMislabelled(t *testing.T) {
	var s atlastest.Server
	s.Measure(measurement10301(nil))
	c := newTestClient(t, s.Serve(t), "")
	s.Fail(func(w http.ResponseWriter, _ *http.Request, answer []byte) {
		w.Header().Set("Content-Type", "text/html")
		w.Write(answer)
	})
	if m, err := c.Measurement(t.Context(), 10301); err != nil || m.ID != 10301 {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestWatchedLimit(t *testing.T) {
	w := &watched{r: strings.NewReader("more than there may be"), watch: time.NewTimer(time.Hour), silence: time.Hour, left: 10}
	if b, err := io.ReadAll(w); !isFault(err, kindLong) {
		t.Errorf("%q, %v", b, err)
	}
}

// TestClientLeavesNothing: no goroutine and no descriptor, over whatever has happened.
func TestClientLeavesNothing(t *testing.T) {
	var s atlastest.Server
	s.Measure(measurement10301(nil))
	url := s.Serve(t)
	before := leaktest.Count()
	for range 3 {
		c := NewClient(url, "")
		c.silence = 30 * time.Millisecond
		s.Fail(atlastest.OK, atlastest.Hang, atlastest.Silent, atlastest.Cut, atlastest.Closed, atlastest.Status(500))
		for range 6 {
			c.Measurement(t.Context(), 10301)
		}
		c.Close()
	}
	before.Check(t)
}
