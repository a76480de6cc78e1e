package main

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/influxdata/telegraf/metric"
)

// writes keeps what each call wrote; those after max fail.
type writes struct {
	calls      []string
	tries, max int
}

func (w *writes) Write(b []byte) (int, error) {
	if w.tries++; w.tries > w.max {
		return 0, io.ErrClosedPipe
	}
	w.calls = append(w.calls, string(b))
	return len(b), nil
}

// TestLineWriter: few writes, each of whole lines, and none after one that failed.
func TestLineWriter(t *testing.T) {
	const n = 2000
	line := "dns_anycast,result=success,server=" + strings.Repeat("x", 100) + " answered=1i 1700000000000000005\n"
	m := metric.New("dns_anycast", map[string]string{"result": "success", "server": strings.Repeat("x", 100)},
		map[string]any{"answered": int64(1)}, time.Unix(1700000000, 5))
	for _, test := range []struct{ max, tries int }{{100, n*len(line)/lineBuffer + 1}, {1, 2}} {
		w := &writes{max: test.max}
		l := newLineWriter(w)
		for range n {
			l.writePoint(m)
		}
		if err := l.flush(); (err != nil) != (test.max == 1) {
			t.Errorf("flush: %v", err)
		}
		if w.tries != test.tries {
			t.Errorf("%d writes, want %d", w.tries, test.tries)
		}
		for _, text := range w.calls {
			if text == "" || len(text) > lineBuffer || strings.Repeat(line, len(text)/len(line)) != text {
				t.Errorf("wrote %d bytes that are not whole lines: %.200q", len(text), text)
			}
		}
		if all := strings.Join(w.calls, ""); test.max > 1 && len(all) != n*len(line) {
			t.Errorf("wrote %d bytes, want %d", len(all), n*len(line))
		}
	}
}
