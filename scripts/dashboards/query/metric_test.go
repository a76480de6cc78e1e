package query

import (
	"strings"
	"testing"
)

func TestFillPromQL(t *testing.T) {
	f := By("host", "cloud", "zone").In(PromQL)
	host, cloud, zone := "host=~`${host:regex}`", "cloud=~`${cloud:regex}`", "zone=~`${zone:regex}`"
	for _, tt := range []struct {
		name, expression string
		filter           Filter
		want             string
	}{
		{
			"the variables that are labels, and no probes of RIPE Atlas",
			`sum by ({by}) (sum_over_time(dns_anycast_answered{{chosen}}{now}))`, f,
			`sum by (cloud, site) (sum_over_time(dns_anycast_answered{probe="", ` + host + ", " + cloud + `}[2m]))`,
		},
		{
			"of the longest measurement that begins the name",
			`dns_anycast_soa_serial{{chosen}, {success}} - dns_anycast_cloud_sites{{chosen}}`, f,
			`dns_anycast_soa_serial{` + host + ", " + cloud + ", " + zone + `, result="success"}` +
				` - dns_anycast_cloud_sites{` + host + ", " + cloud + `}`,
		},
		{
			"of all",
			`dns_anycast_soa_serial{{chosen}, {success}} - dns_anycast_answered{{chosen}}`, By(),
			`dns_anycast_soa_serial{result="success"} - dns_anycast_answered{probe=""}`,
		},
		{
			"of what is recorded, and variables as they stand",
			`count_over_time(dns_anycast:minute_down_asked{{chosen}, {counts}}{next})`, f,
			`count_over_time(dns_anycast:minute_down_asked{` + cloud + ", " + zone + ", minimum=~`${minimum:regex}`}" +
				`[$__interval] offset -${__interval}3m30s)`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.filter.FillPromQL(tt.expression, []string{"cloud", "site"}); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestPromQLRefuses(t *testing.T) {
	asked := func(make func()) (reason string) {
		defer func() { reason, _ = recover().(string) }()
		make()
		return ""
	}
	unknown := asked(func() { By("host").FillPromQL("dns_anycats_answered{{chosen}}", nil) })
	unsaid := asked(func() {
		_, _ = By("host").In(PromQL).Table(`SELECT last("serial") FROM "dns_anycast_soa"`).Build()
	})
	if !strings.HasSuffix(unknown, "dns_anycats_answered") || !strings.HasPrefix(unsaid, "not in PromQL: ") {
		t.Errorf("%q, %q", unknown, unsaid)
	}
}
