package main

import (
	"strings"
	"testing"
)

// What is linked in asks that its notice goes along.
func TestLicences(t *testing.T) {
	r := mustRelease(t)
	all, err := r.linked(platform{"linux", "amd64", ""})
	if err != nil {
		t.Fatal(err)
	}
	text := string(join(all))
	for _, want := range []string{
		"\nGo go1.", "The Go Authors", "\ngithub.com/BurntSushi/toml v", "\ngithub.com/influxdata/telegraf v", "InfluxData",
		"\ngithub.com/miekg/dns v", "Miek Gieben", "\ngithub.com/oschwald/maxminddb-golang/v2 v", "Gregory J. Oschwald",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s lacks %q", thirdParty, want)
		}
	}
	if got, want := expression(all), "MIT AND BSD-3-Clause AND ISC"; got != want {
		t.Errorf("licence %q, want %q", got, want)
	}
}

func TestCopyright(t *testing.T) {
	b, err := mustRelease(t).copyright()
	if err != nil {
		t.Fatal(err)
	}
	paragraphs := strings.Split(string(b), "\n\n")
	if len(paragraphs) != 2 || !strings.HasPrefix(paragraphs[0], "Format: https://www.debian.org/") ||
		!strings.HasPrefix(paragraphs[1], "Files: *\nCopyright: 20") || !strings.Contains(paragraphs[1], "\nLicense: Expat\n Permission is") {
		t.Errorf("not Debian's format:\n%s", b)
	}
	if !strings.Contains(string(b), strings.TrimPrefix(maintainer, "The ")) {
		t.Errorf("%q is not who holds the copyright:\n%s", maintainer, b)
	}
	for _, text := range []string{"", "Apache License\n\nCopyright (c) 1\n\nx", "MIT License\n\nNobody\n\nx"} {
		if _, _, err := splitLicence(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
