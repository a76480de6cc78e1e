package stack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"
)

const (
	sourceFile   = "grafana/provisioning/datasources/influxdb.yaml"
	providerFile = "grafana/provisioning/dashboards/dns_anycast.yaml"
)

// dataSource is what the tests read of the provisioned one.
type dataSource struct {
	UID, Type, URL, User string
	SecureJSONData       struct{ Password string }
	JSONData             struct{ DBName, TimeInterval string }
}

func readSource(t *testing.T) dataSource {
	t.Helper()
	var file struct{ Datasources []dataSource }
	decode(t, sourceFile, &file, false)
	if len(file.Datasources) != 1 {
		t.Fatalf("%d data sources", len(file.Datasources))
	}
	return file.Datasources[0]
}

// TestDataSource: credentials come from the environment, intervals are telegraf.conf's.
func TestDataSource(t *testing.T) {
	s := readSource(t)
	for _, text := range []string{s.URL, s.User, s.SecureJSONData.Password, s.JSONData.DBName} {
		if !regexp.MustCompile(`^\$INFLUXDB_[A-Z_]+$`).MatchString(text) {
			t.Errorf("%q does not come from the environment", text)
		}
	}
	if s.Type != "influxdb" || s.JSONData.TimeInterval != telegrafInterval(t) {
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
	decode(t, "docker-compose.yml", &compose, false)
	grafana := compose.Services.Grafana
	for _, m := range regexp.MustCompile(`(?m)^[^#\n]*\$(\w+)`).FindAllStringSubmatch(read(t, shipped+sourceFile), -1) {
		if _, given := grafana.Environment[m[1]]; !given {
			t.Errorf("docker-compose.yml does not hand %s on to Grafana", m[1])
		}
	}
	var file struct {
		Providers []struct {
			Type    string
			Options struct{ Path string }
		}
	}
	decode(t, providerFile, &file, false)
	if len(file.Providers) != 1 || file.Providers[0].Type != "file" {
		t.Fatalf("providers %+v", file.Providers)
	}
	wants := []string{
		"./grafana/dashboards:" + file.Providers[0].Options.Path + ":ro",
	}
	for _, file := range []string{sourceFile, providerFile, rulesFile} {
		if file != rulesFile { // other compose files add to its directory
			file = filepath.Dir(file)
		}
		wants = append(wants, "./"+file+":/etc/"+file+":ro")
	}
	for _, want := range wants {
		if !slices.Contains(grafana.Volumes, want) {
			t.Errorf("docker-compose.yml does not mount %s", want)
		}
	}
	rules, err := os.ReadDir(shipped + filepath.Dir(rulesFile))
	if err != nil || len(rules) != 1 {
		t.Errorf("%d files beside the rules, which docker-compose.yml does not mount; error %v", len(rules)-1, err)
	}
}

func readYAML(file string) (tree any, err error) {
	text, err := os.ReadFile(shipped + file)
	if err == nil {
		err = yaml.Unmarshal(text, &tree)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return tree, nil
}

func decode(t *testing.T, file string, into any, strict bool) {
	t.Helper()
	if err := decodeFile(file, into, strict); err != nil {
		t.Fatal(err)
	}
}

// decodeFile reads YAML as Grafana does, keys without regard to case; strict refuses one that into does not have.
func decodeFile(file string, into any, strict bool) error {
	tree, err := readYAML(file)
	if err != nil {
		return err
	}
	text, err := json.Marshal(tree)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if strict {
		d.DisallowUnknownFields()
	}
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}
