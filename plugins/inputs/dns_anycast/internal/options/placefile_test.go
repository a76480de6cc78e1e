package options

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
)

// filesIn makes a folder with the file places.csv for a plugin.conf.
func filesIn(t *testing.T, content string) *placeFiles {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "places.csv"), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return &placeFiles{filepath.Join(folder, "plugin.conf"), map[string]judge.Table{}}
}

// TestPlaceFile: columns in any order, further ones, quotes, line ends of either kind, codes in any
// case.
func TestPlaceFile(t *testing.T) {
	for _, c := range []struct{ name, content string }{
		{"plain", "code,name,latitude,longitude\nnl-ams,Amsterdam,52.37,4.9\nS1,,-1,-2.5\n"},
		{"other order, further columns", "longitude,country,latitude,code,name\n4.9,NL,52.37,nl-ams,Amsterdam\n-2.5,,-1,S1,\n"},
		{"byte order mark, CR LF, blanks", "\uFEFFCode, Name ,Latitude,Longitude\r\n\r\n NL-AMS , Amsterdam , 52.37 , 4.9 \r\nS1,,-1,-2.5"},
		{"quotes behind a byte order mark", "\uFEFF\"code\",\"name\",\"latitude\",\"longitude\"\nnl-ams,Amsterdam,52.37,4.9\nS1,,-1,-2.5\n"},
		{"quotes", "\"code\",\"name\",\"latitude\",\"longitude\"\n\"nl-ams\",\"Amsterdam\",\"52.37\",\"4.9\"\ns1,\"\",-1,-2.5\n"},
	} {
		a, err := readLocations(&Cloud{Places: "places.csv", Sites: []string{"nl-ams", "s1"}}, filesIn(t, c.content))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for code, want := range map[string]string{"NL-AMS": "{NL-AMS Amsterdam 52.37 4.9}", "s1": "{S1  -1 -2.5}", "LHR": "{  0 0}"} {
			if got := fmt.Sprint(a.Place(code)); got != want {
				t.Errorf("%s: %s is %s, want %s", c.name, code, got, want)
			}
		}
	}
}

// TestPlaceBlockWins over a line of the file.
func TestPlaceBlockWins(t *testing.T) {
	north, east := 1.0, 2.0
	own := Place{Code: "NL-AMS", Name: "own", Latitude: &north, Longitude: &east}
	a, err := readLocations(&Cloud{Places: "places.csv", Place: []Place{own}}, filesIn(t, "code,name,latitude,longitude\nnl-ams,file,52.37,4.9\nnl-rtm,Rotterdam,51.9,4.5\n"))
	if err != nil || a.Place("nl-ams").Name != "own" || a.Place("nl-rtm").Name != "Rotterdam" {
		t.Errorf("%v, %v, %v", err, a.Place("nl-ams"), a.Place("nl-rtm"))
	}
}

// TestPlaceFileIsReadOnce for all clouds that name it.
func TestPlaceFileIsReadOnce(t *testing.T) {
	files := filesIn(t, "code,name,latitude,longitude\nnl-ams,Amsterdam,52.37,4.9\n")
	path := filepath.Join(filepath.Dir(files.configFile), "places.csv")
	for i, written := range []string{"places.csv", path, "./places.csv"} {
		if _, err := readLocations(&Cloud{Places: written}, files); err != nil {
			t.Errorf("%d: %v", i, err)
		}
		os.Remove(path)
	}
}

// TestFaultyPlaceFile: each fault is told with the number of its line.
func TestFaultyPlaceFile(t *testing.T) {
	const head = "code,name,latitude,longitude\n"
	for _, c := range []struct{ name, content, want string }{
		{"empty", "", ":1: the file is empty: write a head line with the columns code,name,latitude,longitude"},
		{"no head line", "nl-ams,Amsterdam,52.37,4.9\n", ":1: has no column code: write a head line with the columns code,name,latitude,longitude"},
		{"semicolons", "code;name;latitude;longitude\n", ":1: has no column code: write a head line with the columns code,name,latitude,longitude"},
		{"a column missing", "code,name,latitude\na,b,1\n", ":1: has no column longitude: write a head line with the columns code,name,latitude,longitude"},
		{"a column twice", "code,name,code,latitude,longitude\n", ":1: has the column code twice"},
		{"no place", head, ":1: no place follows the head line"},
		{"a field missing", head + "nl-ams,Amsterdam,52.37\n", ":2: has another number of columns than the head line"},
		{"comma in a number", head + "nl-ams,Amsterdam,52,37,4,9\n", ":2: has another number of columns than the head line"},
		{"open quote", head + "a,b,1,2\n\"c,d,1,2\n", ":3: extraneous or missing \" in quoted-field"},
		{"no code", head + "a,b,1,2\n ,b,1,2\n", ":3: code: is empty: write some text"},
		{"control byte", head + "a\x01,b,1,2\n", `:2: code: "a\x01" holds '\x01': write printable text without a backslash`},
		{"not UTF-8", head + "a,b\xff,1,2\n", `:2: name: "b\xff" holds '�': write printable text without a backslash`},
		{"no latitude", head + "a,b,,2\n", `:2: latitude: "" is no number of degrees: write one such as 51.47`},
		{"a word for a longitude", head + "a,b,1,east\n", `:2: longitude: "east" is no number of degrees: write one such as 51.47`},
		{"hexadecimal", head + "a,b,0x1p5,2\n", `:2: latitude: "0x1p5" is no number of degrees: write one such as 51.47`},
		{"underscore", head + "a,b,1,5_1.4\n", `:2: longitude: "5_1.4" is no number of degrees: write one such as 51.47`},
		{"out of range", head + "a,b,91,2\n", ":2: position: 91, 2 is out of range: a latitude is from -90 to 90, a longitude from -180 to 180"},
		{"not a number", head + "a,b,NaN,2\n", ":2: position: NaN, 2 is out of range: a latitude is from -90 to 90, a longitude from -180 to 180"},
		{"twice", head + "nl-ams,b,1,2\n\n\nNL-AMS,b,1,2\n", `:5: code: "NL-AMS" has a place already`},
	} {
		files := filesIn(t, c.content)
		_, err := readLocations(&Cloud{Places: "places.csv"}, files)
		want := "places: " + filepath.Join(filepath.Dir(files.configFile), "places.csv") + c.want
		if err == nil || err.Error() != want {
			t.Errorf("%s:\n got %v\nwant %s", c.name, err, want)
		}
	}
}

// TestLongPlaceFile: 100,000 lines are taken, one more is not.
func TestLongPlaceFile(t *testing.T) {
	var b strings.Builder
	b.WriteString("code,name,latitude,longitude\n")
	for i := 2; i <= maxPlaceLines; i++ {
		fmt.Fprintf(&b, "c%d,a,1,2\n", i)
	}
	for end, want := range map[string]string{"": "", "one,too,1,2\n": ":100001: is beyond the 100000 lines that a file may have"} {
		_, err := readLocations(&Cloud{Places: "places.csv"}, filesIn(t, b.String()+end))
		if got := fmt.Sprint(err); (err != nil) != (want != "") || !strings.HasSuffix(got, want) {
			t.Errorf("got %s, want %q", got, want)
		}
	}
}

// TestNoPlaceFile: what cannot be a file of places is refused, and not waited for.
func TestNoPlaceFile(t *testing.T) {
	files := filesIn(t, "")
	for _, c := range []struct{ places, want string }{
		{"IATA", `/IATA: no such file or directory: write "iata", or a CSV file that is there`},
		{".", ` is no regular file: write "iata", or a CSV file`},
		{"/dev/zero", `/dev/zero is no regular file: write "iata", or a CSV file`},
	} {
		if _, err := readLocations(&Cloud{Places: c.places}, files); err == nil || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.places, err, c.want)
		}
	}
	_, err := readLocations(&Cloud{Places: "places.csv"}, &placeFiles{})
	const want = `places: "places.csv" is relative, and there is no plugin.conf that it is relative to: write an absolute path`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
