package main

import (
	"path"
	"regexp"
	"slices"
	"testing"
)

// TestStackOfPackage: in a package, too, Telegraf's container has the plugin where telegraf.conf looks for it, and what the
// scripts of the stack read is beside them.
func TestStackOfPackage(t *testing.T) {
	tree, err := mustRelease(t).systemTree(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	find := func(name string) entry {
		i := slices.IndexFunc(tree, func(e entry) bool { return e.path == path.Join(share, name) })
		if i < 0 {
			t.Fatalf("there is no %s", name)
		}
		return tree[i]
	}
	for file, where := range map[string]string{
		"config/telegraf.conf": `command = \["(\S+)",`, "config/telegraf.d/dns-anycast.conf": `command = \["(\S+)",`,
		"config/docker-compose.yml": `target: (\S+/` + name + `)\n`,
	} {
		m := regexp.MustCompile(where).FindSubmatch(find(file).data)
		if m == nil || string(m[1]) != "/usr/bin/"+name {
			t.Errorf("%s: the plugin is %q", file, m)
		}
	}
	for _, program := range []string{"config/stack", "config/telegraf.d/install", "scripts/backup"} {
		if mode := find(program).mode; mode != 0o755 {
			t.Errorf("%s: mode %v", program, mode)
		}
	}
	for _, read := range []string{"scripts/influxdb.sh", "config/env.example", "config/root-servers.csv"} {
		find(read)
	}
}
