package stacktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"go.yaml.in/yaml/v3"
)

// Root is the folder of go.mod.
var Root = sync.OnceValue(func() string {
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	panic("no go.mod above the tests")
})

// Shipped is the path of a file in config, the folder of what an operator copies.
func Shipped(name string) string { return filepath.Join(Root(), "config", name) }

// Read returns a file.
func Read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Write makes a file.
func Write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Between is the part of a page from one text to the next other one.
func Between(t *testing.T, text, from, to string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, from)
	if !found {
		t.Fatalf("a page has no %q", from)
	}
	rest, _, _ = strings.Cut(rest, to)
	return rest
}

// ReadYAML returns what a file in config holds.
func ReadYAML(file string) (tree any, err error) {
	text, err := os.ReadFile(Shipped(file))
	if err == nil {
		err = yaml.Unmarshal(text, &tree)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return tree, nil
}

// Decode is DecodeFile, whose error fails the test.
func Decode(t *testing.T, file string, into any, strict bool) {
	t.Helper()
	if err := DecodeFile(file, into, strict); err != nil {
		t.Fatal(err)
	}
}

// DecodeFile reads YAML in config as Grafana does, keys without regard to case; strict refuses one that into does not have.
func DecodeFile(file string, into any, strict bool) error {
	tree, err := ReadYAML(file)
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

// TelegrafInterval is how far apart rounds are by config/telegraf.conf.
func TelegrafInterval(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(Shipped("telegraf.conf"))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^ *interval = "(\w+)"`).FindSubmatch(text)
	if m == nil {
		t.Fatal("telegraf.conf has no interval")
	}
	return string(m[1])
}
