package stacktest

import (
	"fmt"
	"testing"
)

func TestSchemaCheck(t *testing.T) {
	s := ReadSchema(t)
	ok := fmt.Sprint(error(nil))
	const from = ` FROM "dns_anycast" `
	const sub = `SELECT mean("a") FROM (SELECT last("answered") AS "a"` + from + `GROUP BY "site") `
	for _, tc := range []struct{ query, want string }{
		{`SELECT last("hostname")` + from + `WHERE "host" =~ /^(a b)$/ AND $timeFilter GROUP BY time($__interval), "server" fill(null)`, ok},
		{sub + `WHERE "result" = 'local' GROUP BY "site"`, ok},
		{`SELECT moving_average(min("verdict_code"), 2)` + from + `GROUP BY time(10s), "site" fill(none)`, ok},
		{`SELECT min("verdict_code")` + from + `GROUP BY time(10s), "usual_ms" fill(none)`, `grouped by "usual_ms", which is no tag`},
		{`SELECT last("hostname") FROM "dns_hostname_bind"`, `unknown measurement dns_hostname_bind`},
		{`SELECT last("hostname")`, `reads no measurement`},
		{`SELECT "from", "to", "server" FROM "dns_anycast_change" WHERE "address" = '192.0.2.1'`, ok},
		{`SELECT "from" FROM "dns_anycast_change" GROUP BY "site"`, `grouped by "site", which is no tag`},
		{`SELECT last("hostname") FROM "dns_anycast_change"`, `unknown tag or field "hostname"`},
		{`SELECT min("families_agree"), max("ipv4_asked") FROM "dns_anycast_cloud" GROUP BY "cloud", "host"`, ok},
		{`SELECT max("sites") FROM "dns_anycast_cloud" WHERE "server" = 'a'`, `unknown tag or field "server"`},
		{`SELECT max("sites")` + from, `unknown tag or field "sites"`},
		{`SELECT max("round_ms"), sum("stamps_missing") FROM "dns_anycast_internal" GROUP BY "config", "host"`, ok},
		{`SELECT sum("discarded") FROM "dns_anycast_internal" GROUP BY "server"`, `grouped by "server", which is no tag`},
		{`SELECT max("round_ms")` + from, `unknown tag or field "round_ms"`},
		{sub + `, (SELECT max("sites") FROM "dns_anycast_cloud")`, ok},
		{sub + `, (SELECT max("holds") FROM "dns_anycast_cloud")`, `unknown tag or field "holds"`},
		{`SELECT last("latency")` + from, `unknown tag or field "latency"`},
		{`SELECT last("answered")` + from + `GROUP BY time($__interval), "hostname"`, `grouped by "hostname", which is no tag`},
		{sub + `GROUP BY "a"`, `grouped by "a", which is no tag`},
		{`SELECT last("answered")` + from + `WHERE "result" != 'ok'`, `unknown result 'ok'`},
		{`SELECT last("answered")` + from + `WHERE "result" = 'no_soa'`, `unknown result 'no_soa'`},
		{`SELECT last("serial"), "instance" AS "who" FROM "dns_anycast_soa" WHERE "result" = 'no_soa' GROUP BY "zone"`, ok},
		{`SELECT last("aa") FROM "dns_anycast_soa" WHERE "result" = 'no_identity'`, `unknown result 'no_identity'`},
		{`SELECT last("hostname") FROM "dns_anycast_soa"`, `unknown tag or field "hostname"`},
		{`SELECT last("serial")` + from, `unknown tag or field "serial"`},
		{`SELECT count("latency_s"), sum("missing") FROM "dns_anycast_serial" GROUP BY "cloud", "zone", "host"`, ok},
		{`SELECT last("refresh_s") FROM "dns_anycast_serial"`, `unknown tag or field "refresh_s"`},
		{`SELECT "site", "path" FROM "dns_anycast_path" WHERE "changed_hop" > 0 OR "reason" = 'change'`, ok},
		{`SELECT last("path") FROM "dns_anycast_path" GROUP BY "hop"`, `grouped by "hop", which is no tag`},
		{`SELECT last("hop_address") FROM "dns_anycast_hop" GROUP BY "host", "address", "reason", "hop"`, ok},
		{`SELECT last("asn") FROM "dns_anycast_hop" GROUP BY "site"`, `grouped by "site", which is no tag`},
		{`SELECT last("nsid")` + from + `GROUP BY "zone"`, `grouped by "zone", which is no tag`},
		{`SELECT sum("tests") FROM "slo"."dns_anycast_hour" WHERE "tests" > 0 GROUP BY "zone"`, ok},
		{`SELECT sum("asked") FROM "slo"."dns_anycast_hour"`, `unknown tag or field "asked"`},
		{`SELECT count("asked") FROM "slo"."dns_anycast_minute" WHERE "asked" >= ${minimum} GROUP BY "host"`, `grouped by "host", which is no tag`},
		{`SELECT count("asked") FROM "dns_anycast_minute"`, `unknown measurement dns_anycast_minute`},
		{`SELECT count("serial") FROM "slo"."dns_anycast_serial"`, `unknown measurement slo.dns_anycast_serial`},
		{`SELECT last(answered)` + from, `unknown word answered`},
		{`SELECT last("answered")` + from + `WHERE $__timeFilter`, `unknown word $__timeFilter`},
	} {
		if got := fmt.Sprint(s.Check(tc.query)); got != tc.want {
			t.Errorf("%s\n got %s\nwant %s", tc.query, got, tc.want)
		}
	}
}
