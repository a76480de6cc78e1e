package stack

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// TestVantageRules: the list of who is expected as rules, which Prometheus and vmalert take: the newest word on each counts,
// and what somebody else wrote there is left alone.
func TestVantageRules(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "expected.yaml")
	run := vantageRules(t, file)
	list := func() string { return strings.Join(strings.Fields(stacktest.Succeed(t, run("list"))), " ") }
	if got := list(); got != "" {
		t.Errorf("without a file: %q", got)
	}
	for _, arguments := range []string{"expect 7.0", "expect 7", "expect v_2.example.net", "remove v_2.example.net", "expect vantage-10", "expect vantage-1", "remove vantage-10", "expect v_2.example.net", "expect vantage-1"} {
		stacktest.Succeed(t, run(strings.Fields(arguments)...))
	}
	if got, want := list(), "7 expected 7.0 expected v_2.example.net expected vantage-1 expected vantage-10 removed"; got != want {
		t.Errorf("list %q, want %q", got, want)
	}
	stacktest.Succeed(t, exec.Command(skiptest.Program(t, "promtool", "prometheus"), "check", "rules", "--lint=all", "--lint-fatal", file))
	stacktest.Succeed(t, exec.Command(skiptest.Program(t, "vmalert", "victoria-metrics"), "-dryRun", "-rule="+file))
	if info, err := os.Stat(file); err != nil || info.Mode() != 0o644 {
		t.Errorf("%v, %v: others cannot read it", info, err)
	}
	mine := stacktest.Read(t, file) + "      - {record: mine, expr: vector(1)}\n"
	for arguments, want := range map[string]string{
		"expect a,b": "a,b is no name", "add vantage-3": "there are no users but in InfluxDB", "": "vantage --rules FILE expect NAME",
		"expect": "vantage --rules FILE expect NAME", "list x": "vantage --rules FILE expect NAME",
		"remove vantage-2":  "vantage: vantage-2 is not in " + file + ". Near it: vantage-1, vantage-10. If it reports all the same, expect it first\n",
		"remove elsewhere1": "vantage: elsewhere1 is not in " + file + ". If it reports all the same, expect it first\n",
	} {
		checkWrong(t, run(strings.Fields(arguments)...), want)
	}
	stacktest.Write(t, file, mine)
	for _, arguments := range []string{"expect vantage-3", "remove vantage-1", "list"} {
		checkFails(t, run(strings.Fields(arguments)...), 1, "expected.yaml is not as this wrote it")
	}
	if got := stacktest.Read(t, file); got != mine {
		t.Errorf("what somebody wrote there is gone:\n%s", got)
	}
	checkAlone(t, file)
}

// TestVantageRulesAtOnce: what is said at the same time is all in the file, which nobody reads half written.
func TestVantageRulesAtOnce(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "expected.yaml")
	run := vantageRules(t, file)
	var all sync.WaitGroup
	var want []string
	for i := range 12 {
		name := fmt.Sprintf("vantage-%02d", i)
		want = append(want, name, "expected")
		for _, cmd := range []*exec.Cmd{run("expect", name), run("list")} {
			all.Go(func() {
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Errorf("%q: %v, %s", cmd.Args, err, out)
				}
			})
		}
	}
	all.Wait()
	if got := strings.Fields(stacktest.Succeed(t, run("list"))); !slices.Equal(got, want) {
		t.Errorf("list %q, want %q", got, want)
	}
	checkAlone(t, file)
}

// TestVantageRulesFile: what cannot be the file, or be written, is said in one line, and nothing is left of it. A link
// stays one.
func TestVantageRulesFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, link, astray := filepath.Join(dir, "expected.yaml"), filepath.Join(t.TempDir(), "link.yaml"), filepath.Join(t.TempDir(), "astray.yaml")
	for name, to := range map[string]string{link: file, astray: filepath.Join(dir, "missing/expected.yaml")} {
		if err := os.Symlink(to, name); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"vantage-1", "vantage-2"} { // made, and written again
		stacktest.Succeed(t, vantageRules(t, link)("expect", name))
		if to, err := os.Readlink(link); err != nil || to != file || !strings.Contains(stacktest.Read(t, file), name) {
			t.Errorf("the link leads to %q, error %v", to, err)
		}
	}
	for name, want := range map[string]string{
		"": "the name of the file behind --rules is empty", "-e.yaml": "-e.yaml looks like an option: write ./-e.yaml",
		dir: dir + " is a directory: write " + dir + "/expected.yaml", dir + "/new/": dir + "/new/ is a directory: write " + dir + "/new/expected.yaml",
		dir + "/missing/e.yaml": "there is no directory " + dir + "/missing", os.DevNull: os.DevNull + " is not a regular file",
		astray: astray + " is a link that leads nowhere",
	} {
		for _, arguments := range [][]string{{"expect", "vantage-3"}, {"list"}} {
			checkWrong(t, vantageRules(t, name)(arguments...), "vantage: "+want+"\n")
		}
	}
	before := stacktest.Read(t, file)
	expect := vantageRules(t, file)("expect", "vantage-3").Args
	full := exec.Command("sh", append([]string{"-c", `trap '' XFSZ; ulimit -f 0; "$@"`, "sh"}, expect...)...) // as a disk that is full
	checkFails(t, full, 1, "vantage: "+file+" cannot be written: ")
	checkFails(t, vantageRules(t, "/sys/expected.yaml")("expect", "vantage-3"), 1, "vantage: nothing can be written in /sys: ") // not even by root
	if got := stacktest.Read(t, file); got != before {
		t.Errorf("it holds\n%s", got)
	}
	checkAlone(t, file)
}

// vantageRules runs scripts/vantage on a file of rules.
func vantageRules(t *testing.T, file string) func(arguments ...string) *exec.Cmd {
	t.Helper()
	skiptest.Program(t, "flock", "util-linux")
	return func(arguments ...string) *exec.Cmd {
		return exec.Command(filepath.Join(stacktest.Root(), "scripts/vantage"), append([]string{"--rules", file}, arguments...)...)
	}
}

// checkAlone: there is nothing beside the file.
func checkAlone(t *testing.T, file string) {
	t.Helper()
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(file), "*")); err != nil || !slices.Equal(left, []string{file}) {
		t.Errorf("files %q, error %v", left, err)
	}
}
