package query

import (
	"strings"
	"testing"
)

func TestFill(t *testing.T) {
	host, cloud := `"host" =~ /^(${host:regex})$/`, `"cloud" =~ /^(${cloud:regex})$/`
	zone := `"zone" =~ /^(${zone:regex})$/`
	f := By("host", "cloud", "zone")
	for _, tt := range []struct{ name, query, want string }{
		{
			"the variables that are tags of what is read, in the order of the dashboard",
			`SELECT sum("answered") FROM "dns_anycast" WHERE {chosen} AND $timeFilter`,
			`SELECT sum("answered") FROM "dns_anycast" WHERE "probe" = '' AND ` +
				host + " AND " + cloud + ` AND $timeFilter`,
		},
		{
			"of another measurement others",
			`SELECT last("serial") FROM "dns_anycast_soa" WHERE {chosen}`,
			`SELECT last("serial") FROM "dns_anycast_soa" WHERE ` +
				host + " AND " + cloud + " AND " + zone,
		},
		{
			"a subquery over several lines",
			`SELECT mean("newest") FROM (
				SELECT last("answered") AS "newest" FROM "dns_anycast_internal"
				WHERE {chosen}
			)`,
			`SELECT mean("newest") FROM (SELECT last("answered") AS "newest"` +
				` FROM "dns_anycast_internal" WHERE ` + host + `)`,
		},
		{
			"of what is kept, the tags that are left there, and the minutes that count",
			`SELECT count("asked") FROM "slo"."dns_anycast_minute" WHERE {counts} AND {down} AND {chosen}`,
			`SELECT count("asked") FROM "slo"."dns_anycast_minute" WHERE "asked" >= ${minimum}` +
				` AND "failed" * 100 >= "asked" * 51 AND ` + cloud + " AND " + zone,
		},
		{
			"answers to probes of RIPE Atlas are left out, wherever a query reads",
			`SELECT max("up") FROM (SELECT max("answered") AS "up" FROM "dns_anycast" WHERE {chosen} GROUP BY {target}),
				(SELECT last("serial") FROM "dns_anycast_soa"), (SELECT count("answered") FROM "dns_anycast")`,
			`SELECT max("up") FROM (SELECT max("answered") AS "up" FROM "dns_anycast" WHERE "probe" = '' AND ` + host + " AND " + cloud +
				` GROUP BY "host", "cloud", "server", "address", "family", "transport"), ` +
				`(SELECT last("serial") FROM "dns_anycast_soa"), (SELECT count("answered") FROM "dns_anycast" WHERE "probe" = '')`,
		},
		{
			"parts",
			`SELECT last("serial") FROM "dns_anycast_soa" WHERE {nameless} GROUP BY {target}`,
			`SELECT last("serial") FROM "dns_anycast_soa"` +
				` WHERE ("instance" = '' OR "instance" = 'other')` +
				` GROUP BY "host", "cloud", "server", "address", "family", "transport"`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := f.Fill(tt.query); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestFillRefuses(t *testing.T) {
	for _, query := range []string{
		`SELECT last("serial") FROM "dns_anycast_sao" WHERE {chosen}`,
		`SELECT last("serial") FROM "dns_anycast_soa" WHERE {choosen}`,
	} {
		refused := func() (reason any) {
			defer func() { reason = recover() }()
			By("host").Fill(query)
			return nil
		}()
		if reason, _ := refused.(string); !strings.HasSuffix(reason, query) {
			t.Errorf("%s: %v", query, refused)
		}
	}
}
