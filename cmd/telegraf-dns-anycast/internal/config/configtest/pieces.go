// Package configtest has configurations for tests: pieces of valid ones, and those that must be
// refused, with what is said of them.
package configtest

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// Lines that begin a block, and the blocks of two clouds.
const (
	BlockLine = "[[inputs.dns_anycast]]\n"
	CloudLine = "[[inputs.dns_anycast.cloud]]\n"
	CloudA    = CloudLine + "name = \"a\"\nservers = [\"127.0.0.1\"]\n"
	CloudB    = CloudLine + "name = \"b\"\nservers = [\"127.0.0.1\"]\n"
)

// What several refusals end in.
const (
	aListOfStrings = `write a list of strings, as in ["…", "…"]`
	unsetVariable  = "the environment variable DNS_ANYCAST_UNSET is not set; a literal $ is written $$"
)

// WithOption is a valid file but for option, a line of the plugin's own.
func WithOption(option string) string { return BlockLine + option + "\n" + CloudA }

// WithCloudOption is a valid file but for option, the last line of a cloud.
func WithCloudOption(option string) string { return BlockLine + CloudA + option + "\n" }

// WithServers is a valid file but for the servers of its cloud.
func WithServers(list string) string {
	return BlockLine + CloudLine + "name = \"a\"\nservers = [" + list + "]\n"
}

// WithNameServer is a valid file but for the lines of a name server in its cloud, beside its servers.
func WithNameServer(lines string) string {
	return WithCloudOption("[[inputs.dns_anycast.cloud.nameserver]]\n" + lines)
}

// WithTag is a valid file but for a tag of its cloud.
func WithTag(line string) string {
	return WithCloudOption("[inputs.dns_anycast.cloud.tags]\n" + line)
}

var commentSign = regexp.MustCompile(`(?m)^( +)# `)

// FullSample is sample.conf with every comment sign of an option removed.
func FullSample() string {
	return commentSign.ReplaceAllString(dns_anycast.New().SampleConfig(), "$1")
}

// WriteFile makes a file that is removed with the test, and returns its name.
func WriteFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "plugin.conf")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// Misuse is a configuration that must be refused, and how, behind the name of the file.
type Misuse struct{ Name, Conf, Want string }
