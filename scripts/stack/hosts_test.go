package stack

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// startChronyd runs one that sets no clock, and goes by its own.
func startChronyd(t *testing.T) (port string) {
	t.Helper()
	path, dir := skiptest.Program(t, "chronyd", "chrony"), t.TempDir()
	_, port, _ = strings.Cut(stacktest.FreePort(t), ":")
	conf := filepath.Join(dir, "chrony.conf")
	stacktest.Write(t, conf, fmt.Sprintf("local stratum 10\ncmdport %s\nbindcmdaddress 127.0.0.1\nbindcmdaddress /\npidfile %s\nport 0\nuser root\n", port, filepath.Join(dir, "pid")))
	stacktest.Start(t, filepath.Join(dir, "log"), exec.Command(path, "-x", "-d", "-f", conf))
	return port
}

// TestHostInputs: what telegraf.conf says of the host and of Telegraf itself, with chrony's lines taken in, comes to the
// database in few series, with the fields that alert rules read. A point of a time beyond what is kept is refused: Telegraf
// counts it as written, and logs an error more than there are failed writes.
func TestHostInputs(t *testing.T) {
	t.Parallel()
	path := skiptest.Telegraf(t, stacktest.Root())
	if out, _ := exec.Command(path, "plugins").Output(); !strings.Contains(string(out), "inputs.chrony") {
		skiptest.Missing(t, "Telegraf's chrony", "make telegraf")
	}
	port, db, v := startChronyd(t), startStack(t), newVantage(t, "vantage-1")
	ancient := v.file("ancient")
	stacktest.Write(t, ancient, "#!/bin/sh\nread line\necho 'old x=1 1000000000'\nexec sleep 60\n")
	if err := os.Chmod(ancient, 0o755); err != nil {
		t.Fatal(err)
	}
	conf := stacktest.WithChrony(t, v.conf(t,
		"# [global_tags]\n#   region = \"eu-north\"", "[global_tags]\n  region = \"eu-north\"",
		`urls = ["${INFLUXDB_URL:-http://127.0.0.1:8086}"]`, fmt.Sprintf("urls = [%q]", db.url), "127.0.0.1:323", "127.0.0.1:"+port,
	))
	conf = strings.ReplaceAll(conf, `interval = "1m"`, `interval = "1s"`)
	conf += fmt.Sprintf("\n[[inputs.execd]]\n  command = [%q]\n  signal = \"STDIN\"\n  data_format = \"influx\"\n", ancient)
	v.telegraf(t, path, conf, "INFLUXDB_WRITE_PASSWORD="+passwords["telegraf"])
	stacktest.Eventually(t, v.Process, "a point that is refused", func() bool {
		of := db.query(t, `SELECT last("errors") - last("write_errors") FROM "internal_write" WHERE "output" = 'influxdb'`)
		return len(of) == 1 && of[0].Values[0][1] == 1.0
	})
	stacktest.Eventually(t, v.Process, "a point of chrony's", func() bool { return len(db.query(t, `SELECT * FROM "chrony" LIMIT 1`)) == 1 })
	want := map[string][]string{
		"chrony":         {"host", "region", "root_delay", "root_dispersion", "system_time", "time"},
		"internal_write": {"buffer_limit", "buffer_size", "errors", "host", "metrics_dropped", "metrics_rejected", "output", "region", "time", "write_errors"},
	}
	for measurement, columns := range want {
		got := db.query(t, fmt.Sprintf(`SELECT * FROM %q LIMIT 1`, measurement))[0].Columns
		slices.Sort(got)
		if !slices.Equal(got, columns) {
			t.Errorf("%s: %q, want %q", measurement, got, columns)
		}
	}
	if n := len(db.query(t, `SHOW SERIES FROM "internal_write"`)[0].Values) + len(db.query(t, `SHOW SERIES FROM "chrony"`)[0].Values); n != 3 {
		t.Errorf("%d series, want one for each of two outputs, and one for the clock", n)
	}
	v.Stop(t)
}

// TestVantageName: the tag host is VANTAGE, or the host's name.
func TestVantageName(t *testing.T) {
	t.Parallel()
	path, dir := skiptest.Telegraf(t, stacktest.Root()), t.TempDir()
	agent := "[agent]\n" + stacktest.Between(t, stacktest.Read(t, stacktest.Shipped("telegraf.conf")), "[agent]\n", "\n\n")
	file := filepath.Join(dir, "telegraf.conf")
	stacktest.Write(t, file, agent+"\n[[inputs.internal]]\n[[outputs.file]]\n")
	own, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for environment, want := range map[string]string{"": own, "VANTAGE=": own, "VANTAGE=vantage-1": "vantage-1"} {
		cmd := exec.Command(path, "--config", file, "--once")
		cmd.Env = []string{environment}
		out, _ := cmd.Output()
		if points := strings.Count(string(out), "internal_"); points == 0 || strings.Count(string(out), ",host="+want+" ")+strings.Count(string(out), ",host="+want+",") != points {
			t.Errorf("with %q, host is not %s:\n%s", environment, want, out)
		}
	}
}

// TestGlobalTags: the tags that telegraf.conf and the page propose have no name of the plugin's tags and fields.
func TestGlobalTags(t *testing.T) {
	schema := stacktest.ReadSchema(t)
	block := stacktest.Between(t, stacktest.Read(t, stacktest.Shipped("telegraf.conf")), "# [global_tags]\n", "\n\n")
	names := regexp.MustCompile(`(?m)^#   (\w+) = `).FindAllStringSubmatch(block, -1)
	if len(names) != 3 {
		t.Errorf("tags %q", names)
	}
	for _, name := range names {
		for measurement, point := range schema.Points {
			if slices.Contains(point.Tags, name[1]) || slices.Contains(point.Fields, name[1]) {
				t.Errorf("%s has a %s of its own", measurement, name[1])
			}
		}
		if !strings.Contains(stacktest.Read(t, stacktest.Shipped("README.md")), "`"+name[1]+"`") {
			t.Errorf("the page does not tell of %s", name[1])
		}
	}
}
