package options

import (
	"strings"
	"testing"
)

// TestLabel has what SanitizeLabelName of Telegraf 1.39.3 makes of the same names.
func TestLabel(t *testing.T) {
	for tag, want := range map[string]string{
		"operator": "operator", "Operator2": "Operator2", "_x_": "_x_", "__name__": "__name__", "_": "_",
		"oper-ator": "oper_ator", "oper ator": "oper_ator", "oper.ator": "oper_ator", "oper:ator": "oper_ator",
		"oper--ator": "oper__ator", "opérator": "op_rator", "oper日ator": "oper_ator", "oper😀ator": "oper_ator",
		"1st": "st", "12": "2", "1": "", "-le": "le", "le-": "le", "le?!": "le", "-": "", "--": "", "é": "", "éa": "a", "日本": "",
		"_a-": "a", "__na-me__": "na_me", "9__x": "x", "a-1": "a_1", "-1": "1",
	} {
		if got := label(tag); got != want {
			t.Errorf("%q is the label %q, want %q", tag, got, want)
		}
	}
}

// TestCheckLabels: what Prometheus would refuse or mix up is refused with the reason, and nothing
// else.
func TestCheckLabels(t *testing.T) {
	const (
		internal = "begins with __, which Prometheus keeps for itself; it would refuse the points: choose another"
		kept     = " to Prometheus, which keeps it for histograms and summaries: choose another"
		ours     = " to Prometheus, a name of this plugin's or of Telegraf's own: choose another"
	)
	for _, test := range []struct{ tags, want string }{
		{"__name__", "tags.__name__: " + internal},
		{"__meta_x", "tags.__meta_x: " + internal},
		{"__", "tags.__: " + internal},
		{"__na-me__", "tags.__na-me__: " + internal},
		{"le", "tags.le: is the label le" + kept},
		{"le-", "tags.le-: is the label le" + kept},
		{"1le", "tags.1le: is the label le" + kept},
		{"quantile", "tags.quantile: is the label quantile" + kept},
		{"quantile.", `tags."quantile.": is the label quantile` + kept},
		{"oper-ator|oper_ator", `tags.oper_ator: is the label oper_ator to Prometheus, and so is the tag "oper-ator": rename one of them`},
		{"oper ator|oper.ator", `tags."oper.ator": is the label oper_ator to Prometheus, and so is the tag "oper ator": rename one of them`},
		{"1st|st", `tags.st: is the label st to Prometheus, and so is the tag "1st": rename one of them`},
		{"opérator|op_rator", `tags."opérator": is the label op_rator to Prometheus, and so is the tag "op_rator": rename one of them`},
		{"identity-source", "tags.identity-source: is the label identity_source" + ours},
		{"identity source", `tags."identity source": is the label identity_source` + ours},
		{"1server", "tags.1server: is the label server" + ours},
		{"site-", "tags.site-: is the label site" + ours},
		{"-host", "tags.-host: is the label host" + ours},
		{"zone.", `tags."zone.": is the label zone` + ours},
		{"config-", "tags.config-: is the label config" + ours},
		{"time-source", "tags.time-source: is the label time_source" + ours},
		{"from-instance", "tags.from-instance: is the label from_instance" + ours},
		{"operator|Operator|OPERATOR", ""},
		{"_le|le_|lead|quantiles|_name_|a__b", ""},
		{"é|日本|1|2", ""}, // Prometheus has none of them
		{"version|interval_s|refresh_s|sites_announced|latency_s|missing|nameserver|addresses|reason|hop|path|traces_skipped", ""},
		{"identity|source|server_name|asn-64496", ""},
	} {
		tags := map[string]string{}
		for tag := range strings.SplitSeq(test.tags, "|") {
			tags[tag] = "x"
		}
		got := ""
		if err := checkTags(tags); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s: said %q, want %q", test.tags, got, test.want)
		}
	}
}
