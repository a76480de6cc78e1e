package alerts

import (
	"fmt"
	"strings"
	"testing"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// with gives a point another value of an integer field, or of one in whole seconds.
func with(field string, value int64, point string) string {
	for _, behind := range []string{" ", ","} {
		before, after, found := strings.Cut(point, behind+field+"=")
		if found {
			return before + behind + field + "=" + fmt.Sprint(value) + strings.TrimLeft(after, "0123456789")
		}
	}
	return point
}

// askZone runs the plugin once, with all servers in one manner, and returns its points of the zone in their order.
func (w *world) askZone(t *testing.T, plugin string, m stacktest.Manner) [4]string {
	t.Helper()
	w.turn(m)
	return w.byServer(t, stacktest.Only(stacktest.Once(t, plugin, w.cloud()+fmt.Sprintf("zone = %q\n", stacktest.Zone)), "dns_anycast_soa"))
}
