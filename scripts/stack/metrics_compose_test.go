package stack

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

const metricsCompose = "docker-compose.victoriametrics.yml"

// testComposeMetrics: the stack without InfluxDB needs one password, pins its images, bounds its memory, opens ports to
// this host alone, and mounts files that are there.
func testComposeMetrics(t *testing.T, check string) {
	skiptest.Program(t, "docker-compose", "docker-compose")
	files := []string{metricsCompose}
	if out, err := dockerCompose(filledEnv(t), files); err != nil || len(out) > 0 {
		t.Errorf("%v\n%s", err, out)
	}
	out, err := bare(check, filledEnv(t, "GRAFANA_ADMIN_PASSWORD"), metricsCompose).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "GRAFANA_ADMIN_PASSWORD is missing a value: fill in config/.env") {
		t.Errorf("without a password: error %v:\n%s", err, out)
	}
	testMetricMounts(t, compose(t, check, files).Services["grafana"].Volumes)
	var ports []string
	memory := map[string]string{}
	for name, s := range compose(t, check, files).Services {
		if !regexp.MustCompile(`^[a-z/-]+:v?\d+\.\d+\.\d+$`).MatchString(s.Image) {
			t.Errorf("%s: image %s is not pinned", name, s.Image)
		}
		for _, port := range s.Ports {
			ports = append(ports, port.HostIP+":"+port.Published)
		}
		for _, v := range s.Volumes {
			if v.Type != "bind" || !strings.HasPrefix(v.Source, "/srv/") && !exists(v.Source) {
				t.Errorf("%s: %s is not on the host", name, v.Source)
			}
		}
		if memory[name] = s.Memory; (s.Memory == "") != (name == "owners") || (s.Restart == "") != (name == "owners") {
			t.Errorf("%s: memory %q, restart %q", name, s.Memory, s.Restart)
		}
	}
	slices.Sort(ports)
	if want := []string{"127.0.0.1:3000", "127.0.0.1:8428"}; !slices.Equal(ports, want) || len(memory) != 4 {
		t.Errorf("opens %q, want %q; services %v", ports, want, memory)
	}
}

// testMetricMounts: Grafana has the data source and the dashboards of a store of metrics where it looks, and no other.
func testMetricMounts(t *testing.T, volumes []volume) {
	t.Helper()
	mounted := map[string]string{}
	for _, v := range volumes {
		mounted[v.Target] = strings.TrimPrefix(v.Source, stacktest.Shipped("")+"/")
	}
	for target, source := range map[string]string{
		"/etc/grafana/provisioning/datasources/dns_anycast_metrics.yaml": "prometheus/datasource.yaml",
		"/etc/grafana/provisioning/dashboards":                           "grafana/provisioning/dashboards",
		provider(t).Options.Path:                                         "prometheus/dashboards",
	} {
		if mounted[target] != source {
			t.Errorf("%s is %q, want %q", target, mounted[target], source)
		}
	}
}

func exists(file string) bool {
	found, err := filepath.Glob(file)
	return err == nil && len(found) > 0
}

// TestMetricsSource: Grafana's data source reads what the compose file hands on, and its intervals are telegraf.conf's.
func TestMetricsSource(t *testing.T) {
	var file struct {
		APIVersion  int
		Datasources []struct {
			Name, UID, Type, Access, URL string
			Editable                     bool
			JSONData                     struct {
				HTTPMethod, TimeInterval string
				ManageAlerts             bool
			}
		}
	}
	stacktest.Decode(t, "prometheus/datasource.yaml", &file, true)
	if len(file.Datasources) != 1 {
		t.Fatalf("%+v", file)
	}
	s := file.Datasources[0]
	handedOn := strings.Contains(stacktest.Read(t, stacktest.Shipped(metricsCompose)), strings.TrimPrefix(s.URL, "$")+": http://victoriametrics:8428")
	if s.Type != "prometheus" || s.JSONData.TimeInterval != stacktest.TelegrafInterval(t) || !strings.HasPrefix(s.URL, "$") || !handedOn {
		t.Errorf("%+v", s)
	}
}
