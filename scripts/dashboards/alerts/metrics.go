package alerts

import "telegraf-dns-anycast/scripts/dashboards/query"

// What the rules ask in PromQL, as the constants beside them ask it in InfluxQL. A metric is a field;
// each result, instance and site is a series of its own, so that series are added up, or the best or
// worst of them is taken, before anything is divided.
const (
	// blind, of both families alike: the label family tells them apart.
	blindMetric = `(1 - avg by (family) (min by (host, family) (max by (host, family, transport) (
		max_over_time(dns_anycast_answered{{vantage}}[2m])
	))))`

	// lossByHost.
	lossByHostMetric = `(1 - sum by (host, family) (sum_over_time(dns_anycast_answered{{vantage}}[5m]))
		/ sum by (host, family) (count_over_time(dns_anycast_answered{{vantage}}[5m])))`

	// The vantage points that report, by cloud; recorded.
	reportsMetric = `group by (host, cloud) (last_over_time(dns_anycast_cloud_ipv4_asked[5m]))`

	// askers.
	askersMetric = `count by (cloud) (
		max by (host, cloud) (last_over_time(dns_anycast_cloud_ipv4_asked[5m])))`

	// moves.
	movedMetric = `count by (cloud) (max by (host, cloud) (
		max_over_time(dns_anycast_change_changes{from!="split", to!="split"}[15m])))`

	// namedNow.
	namedMetric = `max by ({address}) (last_over_time(dns_anycast_catchment_named[3h]))`

	// The share of the probes that reached a site at this hour yesterday.
	yesterdayMetric = `(sum by ({address}, site) (
		sum_over_time(dns_anycast_catchment_site_share{{real}}[90m] offset 1d)
	) / sum by ({address}, site) (
		count_over_time(dns_anycast_catchment_site_share{{real}}[90m] offset 1d)
	))`

	// The newest share of each site that any probe reached within three hours. In each five minutes of
	// them one window began at most.
	sharesMetric = `avg by ({address}, site) (max by ({address}, measurement_id, site) (
		last_over_time((last_over_time(dns_anycast_catchment_site_share[5m]) > 0)[3h:5m])))`

	// mutedNow, and mutedUsually.
	mutedMetric = `sum by ({address}) (max by ({address}, measurement_id) (
		last_over_time(dns_anycast_catchment_timeout[3h])
		+ last_over_time(dns_anycast_catchment_unreachable[3h])
		+ last_over_time(dns_anycast_catchment_invalid[3h])))`
	mutedUsuallyMetric = `sum by ({address}) (max by ({address}, measurement_id) (
		quantile_over_time(0.5, (
			last_over_time(dns_anycast_catchment_timeout[5m])
			+ last_over_time(dns_anycast_catchment_unreachable[5m])
			+ last_over_time(dns_anycast_catchment_invalid[5m])
		)[7d:5m])))`
)

// targetsMetric is targets, of each family.
var targetsMetric = "(" + targetsOver("ipv4") + " or " + targetsOver("ipv6") + ")"

func targetsOver(family string) string {
	return query.FillPromQL(`label_replace(max(sum by (host) (max by (host, cloud) (
		max_over_time(dns_anycast_cloud_{which}_asked[5m])
	))), "family", "{which}", "", "")`, map[string]string{"which": family})
}

// ofAll is PromQL that dashboards have too, of all that is measured.
func ofAll(text string, by ...string) string { return query.By().FillPromQL(text, by) }

// worstMetric is the highest value of a field of zones, by zone and site.
func worstMetric(field string) string {
	return ofAll("max by ({by}) ("+query.OfZones(field)+")", "zone", "cloud", "site")
}

// newestMetric is newest: the highest serial of each zone in a time.
func newestMetric(within string) string {
	return query.FillPromQL(`max by (zone) (max_over_time(dns_anycast_soa_serial{{success}}{within}))`,
		map[string]string{"within": within})
}

// sitesMetric is there for the sites that were reached in a time.
func sitesMetric(within string) string {
	return query.FillPromQL(`group by (cloud, site) (
		count_over_time(dns_anycast_result_code{{vantage}, site!=""}{within})
	)`, map[string]string{"within": within})
}

// newestMetricOf and medianMetricOf are ofWindow of the newest window, and of those of a week. Of the
// hosts that read a measurement the highest value counts.
func newestMetricOf(field string) string {
	return query.FillPromQL(`sum by ({address}) (max by ({address}, measurement_id) (
		last_over_time(dns_anycast_catchment_{field}[3h])))`, map[string]string{"field": field})
}

func medianMetricOf(field string) string {
	return query.FillPromQL(`sum by ({address}) (max by ({address}, measurement_id) (
		quantile_over_time(0.5, dns_anycast_catchment_{field}[7d])))`, map[string]string{"field": field})
}
