//go:build linux

package main

import (
	"net"
	"time"

	"github.com/influxdata/telegraf/metric"
	"github.com/miekg/dns"
)

// newSequential asks one server after the other and looks at the clock before and after, as the plugin of 2017 did.
func newSequential(servers []string, timeout time.Duration, out *lines) (func() error, error) {
	client := dns.Client{Timeout: timeout}
	return func() error {
		for _, server := range servers {
			q := new(dns.Msg).SetQuestion(identityName, dns.TypeTXT)
			q.Question[0].Qclass = dns.ClassCHAOS
			fields := map[string]any{"result_code": 1}
			began := time.Now()
			r, _, err := client.Exchange(q, net.JoinHostPort(server, "53"))
			took := time.Since(began)
			if err == nil && len(r.Answer) == 1 {
				fields["result_code"] = 0
				fields["query_time_ms"] = float64(took) / 1e6
				fields["hostname"] = r.Answer[0].(*dns.TXT).Txt[0]
			}
			out.write(metric.New("sequential", map[string]string{"server": server}, fields, began))
		}
		return nil
	}, nil
}
