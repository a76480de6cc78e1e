package ripeatlas

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/atlastest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// FuzzResult: whatever the line, nothing panics, all is in its bounds, and of a message no name is
// read that internal/wire would not read.
func FuzzResult(f *testing.F) {
	named := of(func(r *atlastest.Result) { r.Reply = atlastest.Named("hostname.bind", "lhr1", nil) })
	zone := of(func(r *atlastest.Result) {
		r.Reply, r.TCP, r.QueryTime = atlastest.Zone("example", 7, "arn2", nil), true, time.Millisecond
	})
	f.Add(named.Line())
	f.Add(zone.Line())
	f.Add(of(func(r *atlastest.Result) { r.Error = `[{"query busy":1},"x",{"timeout":5000}]` }).Line())
	f.Add([]byte(`{"type":"dns","prb_id":"7","timestamp":"1800000000","result":{"answers":[{"TYPE":16,"NAME":"id.server","RDATA":"a"}]}}`))
	f.Add([]byte(`{"type":"dns","prb_id":7,"timestamp":1800000000,"result":{"ANCOUNT":0,"abuf":"="}}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		p := NewParser(QuestionOfFile([]string{"hostname.bind", "id.server"}))
		r, err := p.Parse(line)
		if again, err2 := p.Parse(line); err != err2 || r.Key != again.Key || brief(r) != brief(again) {
			t.Fatalf("read twice: %+v, %v, and %+v, %v", r, err, again, err2)
		}
		if err != nil {
			if r != (Result{}) {
				t.Fatalf("%+v with %v", r, err)
			}
			return
		}
		if !json.Valid(line) || r.Probe <= 0 || r.Sent.Unix() <= 0 || r.RTT < 0 || r.RTT > longest || r.Connect < 0 ||
			r.Connect > longest || len(r.Cause) > causeSize || r.Result > observation.NoSOA {
			t.Fatalf("%+v", r)
		}
		if r.Result.String() == "" || r.Reply == nil {
			return
		}
		var said struct {
			Result struct{ Abuf string }
		}
		if json.Unmarshal(line, &said) != nil || said.Result.Abuf == "" {
			return
		}
		b, err := base64.RawStdEncoding.DecodeString(string(bytes.TrimRight([]byte(said.Result.Abuf), "=")))
		if err != nil || len(b) == 0 {
			return // of two members with one name the parser read another; or no message was kept
		}
		if _, a, err := wire.ReadCollected(b); err != nil || a.TXT != r.Reply.TXT || a.NSID != r.Reply.NSID {
			t.Fatalf("read %+v, where wire has %+v, %v", r.Reply, a, err)
		}
	})
}

// FuzzReadFile: whatever the file, each piece is a result, a repetition, or counted as none, and is
// no longer than it may be.
func FuzzReadFile(f *testing.F) {
	line := of(func(r *atlastest.Result) { r.Reply = atlastest.Named("hostname.bind", "lhr1", nil) }).Line()
	f.Add(append(line, line...))
	f.Add(append(append(append([]byte("[\n"), line...), ",\n{}"...), line...))
	f.Add([]byte("\x1f\x8b\x08"))
	f.Add([]byte("[]\ufeff"))
	f.Fuzz(func(t *testing.T, text []byte) {
		w, err := ReadFile(bytes.NewReader(text), QuestionOfFile([]string{"hostname.bind"}))
		if err != nil {
			return
		}
		n := w.Total
		if len(w.Results)+len(w.Told) > n || n > 0 == (len(w.Results) == 0) || w.Unsynced > n || n > 0 && !w.From.Before(w.To) {
			t.Fatalf("%d results, %+v", n, w)
		}
		for _, r := range slices.Concat(w.Results, w.Told) {
			if r.Sent.Before(w.From) || !r.Sent.Before(w.To) {
				t.Fatalf("%v is not from %v to %v", r.Sent, w.From, w.To)
			}
		}
	})
}
