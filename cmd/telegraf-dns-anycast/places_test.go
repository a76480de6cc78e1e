package main

import (
	"regexp"
	"testing"
)

// TestOncePlaces: the whole way, from the configuration on.
func TestOncePlaces(t *testing.T) {
	server := serve(t, "127.0.0.1:0", named("lhr1"))
	file := writeFile(t, blockLine+"location = \"-33.86,151.21\"\n"+cloudLine+"name = \"a\"\nservers = [\""+server.String()+"\"]\nsite = '^([a-z]+)'\nplaces = \"iata\"\n")
	got := runCommand(t, "", "--once", "--format", "table", "--config", file)
	if !regexp.MustCompile(`lhr1 +LHR +London.* +170\d\d km +\d+\.\d+ ms +impossible +success`).MatchString(got.stdout) || got.status != statusOK {
		t.Errorf("%s", got)
	}
}
