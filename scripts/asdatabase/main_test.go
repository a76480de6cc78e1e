package main

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oschwald/maxminddb-golang/v2"
)

// TestWriteDatabase: the longest prefix counts, in any order of lines, and of two of one the last.
func TestWriteDatabase(t *testing.T) {
	for _, c := range []struct {
		name, lines string
		version     uint // of IP
		want        map[string]uint32
	}{
		{
			"both families, reserved networks", "# private\n\n 192.0.2.128/25\t64501 \r\n192.0.2.0/24 64500\n2001:db8::/32 4294967295\n2002::/16 64502", 6,
			map[string]uint32{
				"192.0.2.1": 64500, "192.0.2.128": 64501, "192.0.3.1": 0,
				"2001:db8::1": 4294967295, "2001:db9::1": 0, "2002::1": 64502,
			},
		},
		{
			"everything", "10.0.0.0/8 64500\n0.0.0.0/0 1\n::/0 2\nfd00::1/128 64501\n", 6,
			map[string]uint32{"10.1.2.3": 64500, "9.9.9.9": 1, "fd00::1": 64501, "fd00::2": 2, "ffff::": 2},
		},
		{
			"twice, IPv4 alone", "10.0.0.0/8 64500\n10.0.0.0/8 64501\n10.0.0.0/9 64502\n10.0.0.0/9 64503\n", 4,
			map[string]uint32{"10.0.0.0": 64503, "10.255.255.255": 64501},
		},
	} {
		path := filepath.Join(t.TempDir(), "as.mmdb")
		if err := run(path, strings.NewReader(c.lines)); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		db, err := maxminddb.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := db.Verify(); err != nil || db.Metadata.IPVersion != c.version {
			t.Errorf("%s: IP version %d, %v", c.name, db.Metadata.IPVersion, err)
		}
		for address, want := range c.want {
			var got uint32
			err := db.Lookup(netip.MustParseAddr(address)).DecodePath(&got, "autonomous_system_number")
			if err != nil || got != want {
				t.Errorf("%s: %s: AS %d, want %d, %v", c.name, address, got, want, err)
			}
		}
	}
}

// TestRefused: a fault is told with its line, and the file of before stays, with nothing beside it.
func TestRefused(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "as.mmdb")
	if err := run(path, strings.NewReader("192.0.2.0/24 64500\n")); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(path)
	if err != nil || before.Mode() != 0o644 {
		t.Fatal(before.Mode(), err)
	}
	for _, c := range []struct{ lines, want string }{
		{"", `no line has a network: write lines such as "192.0.2.0/24 64500"`},
		{"# none\n", `no line has a network: write lines such as "192.0.2.0/24 64500"`},
		{"\n192.0.2.0/24\n", `line 2: "192.0.2.0/24" is no prefix and number: write "192.0.2.0/24 64500"`},
		{"192.0.2.0/24 64500 Example", `line 1: "192.0.2.0/24 64500 Example" is no prefix and number: write "192.0.2.0/24 64500"`},
		{"192.0.2.0 64500", `line 1: "192.0.2.0" is no prefix: write one such as 192.0.2.0/24`},
		{"192.0.2.1/24 64500", "line 1: 192.0.2.1/24 has bits behind its length: write 192.0.2.0/24"},
		{"::ffff:192.0.2.0/120 64500", "line 1: ::ffff:192.0.2.0/120 is IPv4-mapped: write a prefix of IPv4"},
		{"192.0.2.0/24 AS64500", `line 1: "AS64500" is no AS number: write one such as 64500`},
		{"192.0.2.0/24 4294967296", `line 1: "4294967296" is no AS number: write one such as 64500`},
		{strings.Repeat("1", 1<<17), "bufio.Scanner: token too long"},
	} {
		if err := run(path, strings.NewReader(c.lines)); err == nil || err.Error() != c.want {
			t.Errorf("%.40q:\n got %v\nwant %s", c.lines, err, c.want)
		}
	}
	after, err := os.Stat(path)
	if err != nil || !os.SameFile(before, after) {
		t.Error("the file is another: ", err)
	}
	if err := run(folder, strings.NewReader("192.0.2.0/24 64500\n")); err == nil {
		t.Error("a folder is replaced")
	}
	for _, dir := range []string{folder, filepath.Dir(folder)} {
		if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
			t.Errorf("%d files in %s, %v", len(files), dir, err)
		}
	}
}
