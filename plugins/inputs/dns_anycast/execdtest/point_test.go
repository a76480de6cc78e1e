package execdtest

import "testing"

// TestParse: what is no whole point is refused.
func TestParse(t *testing.T) {
	for line, good := range map[string]bool{
		"dns_anycast,server=a\\,b x=1i,y=\"z\" 1795558225000000000\n": true,
		"dns_anycast,server=a x=1i 1795558225000000000":               true,
		"dns_anycast,server=a x=1i\n":                                 false,
		"dns_anycast,server=a 1795558225000000000\n":                  false,
		"a x=1i 1795558225000000000\na x=2i 1795558225000000000\n":    false,
		"":   false,
		"\n": false,
	} {
		if _, err := Parse([]byte(line)); (err == nil) != good {
			t.Errorf("%q: %v", line, err)
		}
	}
	if all, err := Points([]byte("a x=1i 1\nb x=2i 2\n")); err != nil || len(all) != 2 || all[1].Name != "b" || all[1].Int("x") != 2 {
		t.Errorf("%v, %v", all, err)
	}
	if all, err := Points([]byte("a x=1i 1\n\nb x=2i 2\n")); err == nil {
		t.Errorf("%v with an empty line", all)
	}
}
