package stacktest

import "slices"

// kept are the points of retention policies other than the default one, which no plugin writes but the database itself:
// what continuous queries make for service levels. What is changed there must be changed here.
func kept() map[string]point {
	address := []string{"cloud", "server", "address", "family", "transport"}
	judged := append(slices.Clone(address), "zone")
	return map[string]point{
		"slo.dns_anycast_minute":  {Tags: judged, Fields: []string{"asked", "failed"}},
		"slo.dns_anycast_service": {Tags: []string{"zone", "transport"}, Fields: []string{"asked", "failed"}},
		"slo.dns_anycast_hour": {Tags: judged, Fields: []string{
			"unsent", "unsent_tested", "tests", "failed", "noerror", "within_50", "within_100", "within_250", "within_500", "within_1500", "within_2500",
			"noerror_within", "noerror_within_max", "noerror_above_min", "timed", "connected",
		}},
		"slo.dns_anycast_vantage": {Tags: []string{"host"}, Fields: []string{
			"tests", "minutes", "start", "first", "last", "soa_tests", "soa_minutes", "soa_first", "soa_last",
		}},
		"changes.dns_anycast_cloud":  {Tags: []string{"host", "cloud"}, Fields: []string{"expected"}}, // by scripts/vantage
		"changes.dns_anycast_serial": {Tags: append(slices.Clone(judged), "host"), Fields: []string{"serial", "latency_s", "missing"}},
	}
}
