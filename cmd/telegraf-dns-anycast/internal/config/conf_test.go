package config

import (
	"os"
	"strings"
	"testing"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/config/configtest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// Pieces of configurations.
const (
	blockLine = configtest.BlockLine
	cloudLine = configtest.CloudLine
	cloudA    = configtest.CloudA
	cloudB    = configtest.CloudB
)

var (
	withOption      = configtest.WithOption
	withCloudOption = configtest.WithCloudOption
	withServers     = configtest.WithServers
	withTag         = configtest.WithTag
)

// refusal writes a file, and returns what is said of it behind its name: of its text, or of what
// the plugin makes of it.
func refusal(t *testing.T, conf string) string {
	t.Helper()
	name, d := configtest.WriteFile(t, conf), dns_anycast.New()
	f, err := Load(name, d, os.LookupEnv)
	if err == nil {
		err = f.Place(d.Init())
	}
	if err == nil {
		return "nothing: it is accepted"
	}
	said, found := strings.CutPrefix(err.Error(), name)
	if !found {
		t.Errorf("%v: does not begin with the name of the file", err)
	}
	return said
}
