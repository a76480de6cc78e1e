package stack

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// TestCommentedOptions: the plugin takes the options that its configurations show behind a #.
func TestCommentedOptions(t *testing.T) {
	t.Parallel()
	plugin := stacktest.Plugin(t)
	commented := regexp.MustCompile(`(?m)^( *)# (\w+ = )`)
	for file, want := range map[string]int{"plugin.conf": 5, "root-servers.conf": 14} {
		text := stacktest.Read(t, stacktest.Shipped(file))
		if n := len(commented.FindAllString(text, -1)); n != want {
			t.Errorf("%s: %d options behind a #, want %d", file, n, want)
		}
		folder := t.TempDir()
		for _, table := range []string{"root-servers.csv", "i.root-servers.csv"} {
			stacktest.Write(t, filepath.Join(folder, table), stacktest.Read(t, stacktest.Shipped(table)))
		}
		whole := filepath.Join(folder, file)
		stacktest.Write(t, whole, commented.ReplaceAllString(text, "$1$2"))
		if out, err := exec.Command(plugin, "--check", "--config", whole).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", file, err, out)
		}
	}
}
