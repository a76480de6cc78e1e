package stack

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

const providerFile = "grafana/provisioning/dashboards/dns_anycast.yaml"

// TestDataSource: credentials come from the environment, intervals are telegraf.conf's.
func TestDataSource(t *testing.T) {
	s := grafana.ReadSource(t)
	for _, text := range []string{s.URL, s.User, s.SecureJSONData.Password, s.JSONData.DBName} {
		if !regexp.MustCompile(`^\$INFLUXDB_[A-Z_]+$`).MatchString(text) {
			t.Errorf("%q does not come from the environment", text)
		}
	}
	if s.Type != "influxdb" || s.JSONData.TimeInterval != stacktest.TelegrafInterval(t) {
		t.Errorf("type %q, interval %q", s.Type, s.JSONData.TimeInterval)
	}
}

// TestGrafanaInCompose: docker-compose.yml hands on what the data source reads, and mounts all where Grafana looks.
func TestGrafanaInCompose(t *testing.T) {
	var compose struct {
		Services struct {
			Grafana struct {
				Environment map[string]any
				Volumes     []string
			}
		}
	}
	stacktest.Decode(t, "docker-compose.yml", &compose, false)
	service := compose.Services.Grafana
	for _, m := range regexp.MustCompile(`(?m)^[^#\n]*\$(\w+)`).FindAllStringSubmatch(stacktest.Read(t, stacktest.Shipped(grafana.SourceFile)), -1) {
		if _, given := service.Environment[m[1]]; !given {
			t.Errorf("docker-compose.yml does not hand %s on to Grafana", m[1])
		}
	}
	wants := []string{"./grafana/dashboards:" + provider(t).Options.Path + ":ro"}
	for _, file := range []string{grafana.SourceFile, providerFile, grafana.RulesFile} {
		if file != grafana.RulesFile { // other compose files add to its directory
			file = filepath.Dir(file)
		}
		wants = append(wants, "./"+file+":/etc/"+file+":ro")
	}
	for _, want := range wants {
		if !slices.Contains(service.Volumes, want) {
			t.Errorf("docker-compose.yml does not mount %s", want)
		}
	}
	rules, err := os.ReadDir(stacktest.Shipped(filepath.Dir(grafana.RulesFile)))
	if err != nil || len(rules) != 1 {
		t.Errorf("%d files beside the rules, which docker-compose.yml does not mount; error %v", len(rules)-1, err)
	}
}

// dashboardProvider is where Grafana finds dashboards.
type dashboardProvider struct {
	Type    string
	Options struct{ Path string }
}

// provider is the only one.
func provider(t *testing.T) dashboardProvider {
	t.Helper()
	var file struct{ Providers []dashboardProvider }
	stacktest.Decode(t, providerFile, &file, false)
	if len(file.Providers) != 1 || file.Providers[0].Type != "file" {
		t.Fatalf("providers %+v", file.Providers)
	}
	return file.Providers[0]
}

// TestEditsAreTold: what a file brings is not saved over in the browser, where the next change of the file would undo it;
// but panels may be changed to look closer, and for a copy.
func TestEditsAreTold(t *testing.T) {
	var file struct {
		APIVersion int
		Providers  []struct {
			Name, Folder, Type              string
			AllowUIUpdates, DisableDeletion *bool
			UpdateIntervalSeconds           int
			Options                         map[string]string
		}
	}
	stacktest.Decode(t, providerFile, &file, true)
	for _, p := range file.Providers {
		if p.AllowUIUpdates == nil || *p.AllowUIUpdates || p.DisableDeletion == nil || *p.DisableDeletion {
			t.Errorf("%s: changes may be saved, or a dashboard without a file stays: %+v", p.Name, p)
		}
	}
	var sources struct{ Datasources []struct{ Editable *bool } }
	stacktest.Decode(t, grafana.SourceFile, &sources, false)
	if len(sources.Datasources) != 1 || sources.Datasources[0].Editable == nil || *sources.Datasources[0].Editable {
		t.Errorf("the data source may be edited: %+v", sources)
	}
	for _, shipped := range slices.Concat(grafana.Dashboards(t), grafana.MetricDashboards(t)) {
		var d struct {
			ID       *int
			UID      string
			Editable bool
		}
		if err := json.Unmarshal([]byte(stacktest.Read(t, shipped.File)), &d); err != nil || !d.Editable || d.ID != nil || d.UID == "" {
			t.Errorf("%s: %+v, error %v", filepath.Base(shipped.File), d, err)
		}
	}
}
