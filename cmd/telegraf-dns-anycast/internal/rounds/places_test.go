package rounds

import (
	"testing"
	"time"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/table"
)

// TestTablePlaces: site, place, distance and verdict stand beside the name, and what one answer
// cannot say is said.
func TestTablePlaces(t *testing.T) {
	m := newPoint("cloud=c,server=192.0.2.1,address=192.0.2.1,transport=udp,instance=syd1,site=SYD,rcode=NOERROR,result=success", answeredIn(290))
	m.AddField("distance_km", 17016.4)
	m.AddField("verdict", "far")
	r := roundOf(time.Second, m)
	r.PlaceName = func(cloud, site string) string { return map[string]string{"c SYD": "Sydney"}[cloud+" "+site] }
	want := `  server     instance  site  place   distance        time  verdict  result
c
  192.0.2.1  syd1      SYD   Sydney  17016 km  290.000 ms  far      success
1 of 1 query answered, 1 instance at 1 site, in 1s
one answer says near, far or impossible; slow takes several: --watch
`
	if got := r.Text(table.Look{}); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
