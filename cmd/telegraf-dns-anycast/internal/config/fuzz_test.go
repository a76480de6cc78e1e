package config

import (
	"bytes"
	"strings"
	"testing"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/config/configtest"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/console"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// FuzzLoad: a file either gives something to ask or is refused in one line, which is what execd
// can log.
func FuzzLoad(f *testing.F) {
	for _, m := range configtest.Misuses() {
		f.Add(m.Conf)
	}
	f.Add(configtest.FullSample())
	f.Add(dns_anycast.New().SampleConfig())
	f.Fuzz(func(t *testing.T, conf string) {
		if len(conf) > 8192 {
			return // the TOML library takes quadratic time for nested keys
		}
		plan, err := plan(conf)
		if err == nil {
			if len(plan) == 0 {
				t.Error("accepted, with nothing to ask")
			}
			return
		}
		var out bytes.Buffer
		console.New(&out, telegraf.Info, true).Error(err)
		text, isLine := strings.CutSuffix(out.String(), "\n")
		text, hasLevel := strings.CutPrefix(text, "E! ")
		if !isLine || !hasLevel || strings.ContainsAny(text, "\n\r") || strings.TrimSpace(text) == "" || len(text) > console.MaxMessage+len("…") {
			t.Errorf("refused with %q, want one line", &out)
		}
	})
}
