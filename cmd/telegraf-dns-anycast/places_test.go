package main

import (
	"bytes"
	"regexp"
	"testing"
	"time"
)

// TestTablePlaces: site, place, distance and verdict stand beside the name, and what one answer cannot say is said.
func TestTablePlaces(t *testing.T) {
	m := newPoint("cloud=c,server=192.0.2.1,address=192.0.2.1,transport=udp,instance=syd1,site=SYD,rcode=NOERROR,result=success", answeredIn(290))
	m.AddField("distance_km", 17016.4)
	m.AddField("verdict", "far")
	r := roundOf(time.Second, m)
	r.placeName = func(cloud, site string) string { return map[string]string{"c SYD": "Sydney"}[cloud+" "+site] }
	var b bytes.Buffer
	if err := printTable(&b, r, look{}); err != nil {
		t.Fatal(err)
	}
	want := `  server     instance  site  place   distance        time  verdict  result
c
  192.0.2.1  syd1      SYD   Sydney  17016 km  290.000 ms  far      success
1 of 1 query answered, 1 instance at 1 site, in 1s
one answer says near, far or impossible; slow takes several: --watch
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", &b, want)
	}
}

// TestOncePlaces: the whole way, from the configuration on.
func TestOncePlaces(t *testing.T) {
	server := serve(t, "127.0.0.1:0", named("lhr1"))
	file := writeFile(t, blockLine+"location = \"48.86,2.35\"\n"+cloudLine+"name = \"a\"\nservers = [\""+server.String()+"\"]\nsite = '^([a-z]+)'\nplaces = \"iata\"\n")
	got := runCommand(t, "", "--once", "--format", "table", "--config", file)
	if !regexp.MustCompile(`lhr1 +LHR +London.* +3[45]\d km +\d+\.\d+ ms +impossible +success`).MatchString(got.stdout) || got.status != statusOK {
		t.Errorf("%s", got)
	}
}
