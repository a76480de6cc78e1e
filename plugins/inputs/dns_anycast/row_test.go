package dns_anycast

import (
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

import "testing"

// TestRowValues: what rows are compared with is what points say.
func TestRowValues(t *testing.T) {
	for got, want := range map[string]string{
		ResultSuccess:     observation.Success.String(),
		ResultRcodeError:  observation.RcodeError.String(),
		VerdictImpossible: judge.Impossible.String(),
	} {
		if got != want {
			t.Errorf("%q is compared with, the word is %q", got, want)
		}
	}
}
