package asn

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/asntest"
)

// databaseOf writes a database and returns its path.
func databaseOf(t testing.TB, numbers map[string]uint32) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "asn.mmdb")
	asntest.Write(t, path, numbers)
	return path
}

func opened(t *testing.T, path string) *Database {
	t.Helper()
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func checkNumbers(t *testing.T, d *Database, want map[string]uint32) {
	t.Helper()
	for address, number := range want {
		if got := d.Number(netip.MustParseAddr(address)); got != number {
			t.Errorf("%s: AS %d, want %d", address, got, number)
		}
	}
}

func TestNumber(t *testing.T) {
	d := opened(t, databaseOf(t, map[string]uint32{
		"192.0.2.0/24": 64500, "192.0.2.128/25": 64501, "10.0.0.0/8": 4294967294,
		"2001:db8::/32": 64502, "2001:db8::53/128": 64503, "fe80::/10": 64504,
	}))
	checkNumbers(t, d, map[string]uint32{
		"192.0.2.1": 64500, "192.0.2.128": 64501, "192.0.3.0": 0, "10.255.255.255": 4294967294,
		"2001:db8::1": 64502, "2001:db8::53": 64503, "2001:db9::": 0,
		"::ffff:192.0.2.1": 64500, "::192.0.2.1": 64500, "fe80::1%eth0": 64504,
		"::ffff:192.0.2.128%eth0": 64501, "0.0.0.0": 0, "::": 0,
	})
	if got := d.Number(netip.Addr{}); got != 0 {
		t.Errorf("no address: AS %d", got)
	}
}

// TestNumberOfIPv4Alone: such a database knows no IPv6 address, and is no error of one.
func TestNumberOfIPv4Alone(t *testing.T) {
	d := opened(t, databaseOf(t, map[string]uint32{"192.0.2.0/24": 64500, "0.0.0.0/0": 64501}))
	checkNumbers(t, d, map[string]uint32{
		"192.0.2.1": 64500, "203.0.113.1": 64501, "::ffff:192.0.2.1": 64500, "2001:db8::1": 0, "::": 0,
	})
}

// refreshed wants an error of Refresh that contains a text; empty: none.
func refreshed(t *testing.T, d *Database, want string) {
	t.Helper()
	err := d.Refresh()
	if (err != nil) != (want != "") || err != nil && !strings.Contains(err.Error(), want) {
		t.Errorf("Refresh: %v, want %q", err, want)
	}
}

// TestRefresh: another file is read, whatever of it is another. A fault is told once, and the
// numbers of before stay.
func TestRefresh(t *testing.T) {
	path := databaseOf(t, map[string]uint32{"192.0.2.0/24": 64500})
	d := opened(t, path)
	is := func(number uint32) {
		t.Helper()
		checkNumbers(t, d, map[string]uint32{"192.0.2.1": number})
	}
	asntest.Write(t, path, map[string]uint32{"192.0.2.0/24": 64501})
	is(64500)
	refreshed(t, d, "")
	is(64501)

	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const damaged = "is no MaxMind DB, or is cut short"
	write(t, path, whole[:len(whole)-1])
	refreshed(t, d, damaged)
	refreshed(t, d, "")
	write(t, path, whole[:len(whole)-2])
	refreshed(t, d, damaged) // another state
	is(64501)

	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	refreshed(t, d, "no such file")
	refreshed(t, d, "")
	if err := os.Mkdir(path, 0o755); err != nil {
		t.Fatal(err)
	}
	refreshed(t, d, "is no regular file")
	refreshed(t, d, "")
	is(64501)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	refreshed(t, d, "no such file") // anew

	asntest.Write(t, path, map[string]uint32{"192.0.2.0/24": 64502})
	refreshed(t, d, "")
	is(64502)
}

// TestRefreshInPlace: the file is overwritten in place by one of the same size, and comes back.
func TestRefreshInPlace(t *testing.T) {
	path := databaseOf(t, map[string]uint32{"192.0.2.0/24": 64500})
	other, err := os.ReadFile(databaseOf(t, map[string]uint32{"192.0.2.0/24": 64501}))
	if err != nil {
		t.Fatal(err)
	}
	d := opened(t, path)
	write(t, path, other[:8])
	write(t, path, other)
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(path, later, later); err != nil { // a coarse clock's tick may not be over
		t.Fatal(err)
	}
	refreshed(t, d, "")
	checkNumbers(t, d, map[string]uint32{"192.0.2.1": 64501})

	aside := path + ".aside"
	if err := os.Rename(path, aside); err != nil {
		t.Fatal(err)
	}
	refreshed(t, d, "no such file")
	if err := os.Rename(aside, path); err != nil {
		t.Fatal(err)
	}
	read := d.reader
	refreshed(t, d, "")
	if d.reader != read {
		t.Error("a file that came back as it was is read again")
	}
}

// TestRefreshReadsOnce what has not changed, of use or not.
func TestRefreshReadsOnce(t *testing.T) {
	path := databaseOf(t, map[string]uint32{"192.0.2.0/24": 64500})
	d := opened(t, path)
	for _, content := range []string{"", "no database"} {
		if content != "" {
			write(t, path, []byte(content))
			refreshed(t, d, "is no MaxMind DB")
		}
		reader, seen := d.reader, d.seen
		refreshed(t, d, "")
		if d.reader != reader || d.seen != seen {
			t.Errorf("%q is read again", content)
		}
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
