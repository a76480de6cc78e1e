package dns_anycast

import "testing"

// TestRowValues: what rows are compared with is what points say.
func TestRowValues(t *testing.T) {
	for got, want := range map[string]string{
		ResultSuccess:     success.String(),
		ResultRcodeError:  rcodeError.String(),
		VerdictImpossible: verdictImpossible.String(),
		CloudReference:    referenceCloud,
	} {
		if got != want {
			t.Errorf("%q is compared with, the word is %q", got, want)
		}
	}
}
