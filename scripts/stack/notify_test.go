package stack

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// notifyFile is what a file in grafana/notify may hold.
type notifyFile struct {
	APIVersion    int
	ContactPoints []struct {
		OrgID     int
		Name      string
		Receivers []struct {
			UID, Type             string
			DisableResolveMessage bool
			Settings              map[string]string
		}
	}
	MuteTimes []struct {
		OrgID         int
		Name          string
		TimeIntervals []struct {
			Times []struct {
				Start string `json:"start_time"`
				End   string `json:"end_time"`
			}
		} `json:"time_intervals"`
	}
	Policies []struct {
		OrgID int
		route
	}
}

// route is a notification policy.
type route struct {
	Receiver       string
	Matchers       [][]string `json:"object_matchers"`
	Mute           []string   `json:"mute_time_intervals"`
	GroupBy        []string   `json:"group_by"`
	GroupWait      string     `json:"group_wait"`
	GroupInterval  string     `json:"group_interval"`
	RepeatInterval string     `json:"repeat_interval"`
	Routes         []route
}

// of is the policy for an alert: the first below the root whose labels it has, else the root.
func (r route) of(t *testing.T, alert map[string]string) route {
	t.Helper()
	for _, below := range r.Routes {
		fits := len(below.Matchers) > 0
		for _, m := range below.Matchers {
			if len(m) != 3 || m[1] != "=" {
				t.Fatalf("matcher %q", m)
			}
			fits = fits && alert[m[0]] == m[2]
		}
		if fits {
			return below
		}
	}
	return r
}

// between is the least and the most time between two messages about an alert that lasts: Grafana looks whenever a
// group_interval ends.
func (r route) between(t *testing.T) (least, most time.Duration) {
	t.Helper()
	var times []time.Duration
	for _, text := range []string{r.RepeatInterval, r.GroupInterval} {
		d, err := time.ParseDuration(strings.Replace(text, "1d", "24h", 1))
		if err != nil || d <= 0 {
			t.Fatalf("%s: %v", r.Receiver, err)
		}
		times = append(times, d)
	}
	return times[0], times[0] + times[1]
}

// provisioned reads the files that a set of compose files mounts among the rules, but for the rules.
func provisioned(t *testing.T, s *service) (all notifyFile, variables []string) {
	t.Helper()
	const alerting = "/etc/grafana/provisioning/alerting/"
	for _, v := range s.Volumes {
		if path.Dir(v.Target)+"/" != alerting || path.Base(v.Target) == path.Base(grafana.RulesFile) {
			continue
		}
		var f notifyFile
		file := filepath.Join("grafana/notify", filepath.Base(v.Source))
		stacktest.Decode(t, file, &f, true)
		if f.APIVersion != 1 || !v.ReadOnly {
			t.Errorf("%s: version %d, read-only %v", file, f.APIVersion, v.ReadOnly)
		}
		all.ContactPoints = append(all.ContactPoints, f.ContactPoints...)
		all.MuteTimes = append(all.MuteTimes, f.MuteTimes...)
		all.Policies = append(all.Policies, f.Policies...)
		for _, m := range regexp.MustCompile(`(?m)^[^#\n]*\$(\w+)`).FindAllStringSubmatch(stacktest.Read(t, stacktest.Shipped(file)), -1) {
			variables = append(variables, m[1])
		}
	}
	return all, variables
}

// Nobody is told unless that is asked for; then each set has what its files name, and alerts reach who they should.
func testComposeNotify(t *testing.T, check string) {
	for _, set := range composeSets {
		s := compose(t, check, set.files).Services["grafana"]
		all, variables := provisioned(t, s)
		asked := slices.ContainsFunc(set.files, func(f string) bool { return strings.Contains(f, "email") || strings.Contains(f, "webhook") })
		if !asked {
			if len(all.ContactPoints)+len(all.Policies)+len(all.MuteTimes) > 0 {
				t.Errorf("%q: %+v", set.files, all)
			}
			continue
		}
		if len(all.Policies) != 1 || len(variables) != len(set.files)-1 {
			t.Fatalf("%q: %d trees of policies, variables %q", set.files, len(all.Policies), variables)
		}
		for _, name := range variables {
			if s.Environment[name] == "" {
				t.Errorf("%q: %s is not handed on to Grafana", set.files, name)
			}
		}
		checkRoutes(t, all, slices.Contains(set.files, "docker-compose.watchdog.yml"))
	}
}

func checkRoutes(t *testing.T, all notifyFile, watched bool) {
	t.Helper()
	uids, names := map[string]string{}, map[string]bool{}
	for _, c := range all.ContactPoints {
		names[c.Name] = true
		for _, r := range c.Receivers {
			if uids[r.UID] != "" || r.UID == "" || r.Type == "" || len(r.Settings) == 0 {
				t.Errorf("receiver %+v", r)
			}
			uids[r.UID] = c.Name
		}
	}
	root := all.Policies[0].route
	for _, r := range append(root.Routes, root) {
		if !names[r.Receiver] {
			t.Errorf("no contact point %q in %v", r.Receiver, slices.Collect(maps.Keys(names)))
		}
	}
	of := func(severity string) route {
		return root.of(t, map[string]string{"service": "dns_anycast", "severity": severity, "cloud": "example"})
	}
	critical, warning, watchdog := of("critical"), of("warning"), of("none")
	for _, r := range []route{critical, warning} {
		if r.Receiver != "DNS anycast" || !slices.Equal(r.GroupBy, []string{"cloud"}) || len(r.Mute) > 0 {
			t.Errorf("people: %+v", r)
		}
	}
	_, often := critical.between(t)
	if seldom, _ := warning.between(t); often >= seldom {
		t.Errorf("critical repeats within %v, warning after %v", often, seldom)
	}
	if root.of(t, map[string]string{"severity": "critical"}).Receiver != "DNS anycast" {
		t.Errorf("the root: %+v", root)
	}
	if !watched {
		always := fmt.Sprint([]any{all.MuteTimes})
		if !slices.Equal(watchdog.Mute, []string{"always"}) || always != "[[{1 always [{[{00:00 24:00}]}]}]]" {
			t.Errorf("the watchdog tells people: %+v, %s", watchdog, always)
		}
		return
	}
	if _, most := watchdog.between(t); most > 5*time.Minute || watchdog.Receiver != "DNS anycast watchdog" || len(watchdog.Mute) > 0 {
		t.Errorf("the watchdog: %+v", watchdog)
	}
	if uids["dns-anycast-watchdog"] != "DNS anycast watchdog" || len(uids) != 3 {
		t.Errorf("receivers %v", uids)
	}
}

// The two trees differ in the watchdog alone.
func TestPolicies(t *testing.T) {
	t.Parallel()
	after := func(file string) string {
		_, rest, found := strings.Cut(stacktest.Read(t, stacktest.Shipped("grafana/notify/"+file)), "      - receiver: DNS anycast\n        object_matchers: [[service, =, dns_anycast], [severity, =, critical]]\n")
		if !found {
			t.Errorf("%s: no route for what is critical", file)
		}
		return rest
	}
	if after("policies.yaml") != after("policies_watchdog.yaml") {
		t.Error("the trees differ in more than the watchdog")
	}
	files, err := os.ReadDir(stacktest.Shipped("grafana/notify"))
	if err != nil || len(files) != 5 {
		t.Errorf("%d files, error %v", len(files), err)
	}
}
