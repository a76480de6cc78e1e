package grafana

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// RulesFile is the file of rules, in config.
const RulesFile = "grafana/provisioning/alerting/dns_anycast.yaml"

// ruleFile is all that the file of rules may hold: no contact points, no policies.
type ruleFile struct {
	APIVersion  int
	DeleteRules []struct {
		OrgID int
		UID   string
	}
	Groups []struct {
		OrgID                  int
		Name, Folder, Interval string
		Rules                  []Rule
	}
}

// Rule is an alert rule.
type Rule struct {
	UID, Title, Condition, For, NoDataState, ExecErrState, DashboardUID string
	KeepFiringFor                                                       string
	PanelID                                                             int
	Missing                                                             int `json:"missing_series_evals_to_resolve"`
	Labels, Annotations                                                 map[string]string
	Data                                                                []step

	Every time.Duration `json:"-"` // from one evaluation to the next
}

// step is a query, or an expression on the steps before it.
type step struct {
	RefID, DatasourceUID string
	RelativeTimeRange    struct{ From, To int }
	Model                struct {
		RefID, Query, ResultFormat, Type, Expression, Reducer string
		RawQuery                                              bool
		Settings                                              struct{ Mode string }
		Conditions                                            []struct{ Evaluator evaluator }
	}
}

type evaluator struct {
	Type   string
	Params []float64
}

// rules are read once: tests do not change them.
var rules = sync.OnceValues(func() (all []Rule, err error) {
	var f ruleFile
	if err := stacktest.DecodeFile(RulesFile, &f, true); err != nil {
		return nil, err
	}
	for _, g := range f.Groups {
		interval, err := time.ParseDuration(g.Interval)
		if err != nil || interval%(10*time.Second) != 0 || g.OrgID != 1 || g.Name == "" || g.Folder == "" {
			return nil, fmt.Errorf("group %q in folder %q: every %q, organisation %d", g.Name, g.Folder, g.Interval, g.OrgID)
		}
		for _, r := range g.Rules {
			r.Every = interval
			for _, gone := range f.DeleteRules {
				if gone.UID == r.UID || gone.OrgID != 1 || !strings.HasPrefix(gone.UID, "dns-anycast-") {
					return nil, fmt.Errorf("deletes %+v, while %s is there", gone, r.UID)
				}
			}
			all = append(all, r)
		}
	}
	return all, nil
})

// Rules are those in RulesFile.
func Rules(t *testing.T) []Rule {
	t.Helper()
	all, err := rules()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Name is the uid without what all have in common.
func (r *Rule) Name() string { return strings.TrimPrefix(r.UID, "dns-anycast-") }

// Wait is for how long the condition must hold.
func (r *Rule) Wait(t *testing.T) time.Duration {
	t.Helper()
	wait, err := time.ParseDuration(r.For)
	if err != nil {
		t.Fatal(err)
	}
	return wait
}

// Queries are the steps that ask the database.
func (r *Rule) Queries() (asked []step) {
	for _, s := range r.Data {
		if s.DatasourceUID != "__expr__" {
			asked = append(asked, s)
		}
	}
	return asked
}

// Labels names an alert: the tags that the rule's query groups by.
type Labels map[string]string

// String gives labels in the order of their names.
func (l Labels) String() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(l)) {
		if l[name] != "" {
			parts = append(parts, name+"="+l[name])
		}
	}
	return strings.Join(parts, " ")
}

// within reports whether others has all labels of l, with the same values.
func (l Labels) within(others Labels) bool {
	for name, value := range l {
		if has, there := others[name]; !there || has != value {
			return false
		}
	}
	return true
}

// About is an alert of a rule with these labels, in pairs.
func About(rule string, pairs ...string) string {
	l := Labels{}
	for i := 0; i < len(pairs); i += 2 {
		l[pairs[i]] = pairs[i+1]
	}
	return strings.TrimSpace(rule + " " + l.String())
}
