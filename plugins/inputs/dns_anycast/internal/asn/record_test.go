package asn

import (
	"bytes"
	"compress/gzip"
	"net/netip"
	"os"
	"strings"
	"testing"
)

// bytesOf are those of a database with both families.
func bytesOf(t testing.TB) []byte {
	t.Helper()
	path := databaseOf(t, map[string]uint32{"192.0.2.0/24": 64500, "2001:db8::/32": 64501})
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestNoDatabase: each file that is of no use is refused by what is wrong with it.
func TestNoDatabase(t *testing.T) {
	whole := bytesOf(t)
	separator := bytes.Index(whole, make([]byte, separatorSize))
	metadata := bytes.LastIndex(whole, []byte("\xab\xcd\xefMaxMind.com"))
	replaced := func(old, new string) []byte {
		if !bytes.Contains(whole, []byte(old)) {
			t.Fatalf("the database has no %q", old)
		}
		return bytes.ReplaceAll(whole, []byte(old), []byte(new))
	}
	without := func(from, to int) []byte {
		return append(bytes.Clone(whole[:from]), whole[to:]...)
	}
	var compressed bytes.Buffer
	w := gzip.NewWriter(&compressed)
	w.Write(whole)
	w.Close()

	const no, none = "is no MaxMind DB, or is cut short", "has no record with autonomous_system_number as an unsigned number"
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, no},
		{"text", []byte("192.0.2.0/24,64500\n"), no},
		{"compressed", compressed.Bytes(), "is compressed"},
		{"in an archive", append(make([]byte, 512), whole...), no},
		{"a part of the tree missing", without(6, 600), no},
		{"no data", without(separator+separatorSize, metadata), "is damaged ("},
		{"metadata alone", whole[metadata:], no},
		{"records of 25 bits", replaced("record_size\xa1\x1c", "record_size\xa1\x19"), no},
		{"IP version 5", replaced("ip_version\xa1\x06", "ip_version\xa1\x05"), no},
		{"another key", replaced("autonomous_system_number", "autonomous_system_strength"[:24]), none},
		{"strings", bytes.ReplaceAll(replaced("\xc2\xfb\xf4", "\x42AS"), []byte("\xc2\xfb\xf5"), []byte("\x42AS")), none},
		{"zeros alone", bytes.ReplaceAll(replaced("\xc2\xfb\xf4", "\xc2\x00\x00"), []byte("\xc2\xfb\xf5"), []byte("\xc2\x00\x00")), none},
	} {
		_, err := open(c.data)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	if _, err := open(bytes.ReplaceAll(whole, []byte("\xc2\xfb\xf4"), []byte("\x42AS"))); err != nil {
		t.Errorf("one number of two is a string: %v", err)
	}
}

// TestCutShort at any byte.
func TestCutShort(t *testing.T) {
	whole := bytesOf(t)
	for n := range whole {
		if _, err := open(bytes.Clone(whole[:n])); err == nil {
			t.Errorf("%d bytes of %d are taken", n, len(whole))
		}
	}
}

// TestTreeWithoutEnd: a tree whose branches meet again is soon given up, whether they lead to no
// data or to what stands for all IPv4 addresses.
func TestTreeWithoutEnd(t *testing.T) {
	whole := bytesOf(t)
	const size = 7 // bytes of a node
	count := bytes.Index(whole, make([]byte, separatorSize)) / size
	if count < 140 || count > 255 {
		t.Fatalf("%d nodes", count)
	}
	set := func(node, left, right int) {
		copy(whole[node*size:], []byte{0, 0, byte(left), 0, 0, 0, byte(right)})
	}
	refused := func(name string) {
		t.Helper()
		if _, err := open(bytes.Clone(whole)); err == nil {
			t.Errorf("%s: is taken", name)
		}
	}
	for node := range 100 {
		set(node, node+1, node+1)
	}
	set(100, count, count)
	refused("to no data")

	const start = 96 // the node of all IPv4 addresses
	for node := range start {
		set(node, node+1, count)
	}
	set(start, count, count)
	set(0, 1, start+1)
	for node := start + 1; node < count; node++ {
		set(node, node+1, node+1)
	}
	set(count-1, start, start)
	refused("to IPv4")
}

// FuzzOpen: whatever a file holds, it is refused, or each address has a number, the same however it
// is written.
func FuzzOpen(f *testing.F) {
	f.Add(bytesOf(f))
	pairs := [][2]netip.Addr{
		{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("::ffff:192.0.2.1")},
		{netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8::1%eth0")},
		{netip.MustParseAddr("255.255.255.255"), netip.MustParseAddr("::ffff:255.255.255.255%eth0")},
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		reader, err := open(bytes.Clone(data))
		if err != nil {
			return
		}
		d := Database{reader: reader}
		for _, p := range pairs {
			if a, b := d.Number(p[0]), d.Number(p[1]); a != b {
				t.Fatalf("AS %d of %s, %d of %s", a, p[0], b, p[1])
			}
		}
	})
}
