package table

import "testing"

// TestGroupTitle: what is said of a group stays, and its name is cut.
func TestGroupTitle(t *testing.T) {
	r := Row{Group: "a-cloud-of-a-long-name", Sign: ": IPv4 and IPv6 reach different sites"}
	for width, want := range map[int]string{
		0:  "a-cloud-of-a-long-name: IPv4 and IPv6 reach different sites",
		59: "a-cloud-of-a-long-name: IPv4 and IPv6 reach different sites",
		50: "a-cloud-of-a~: IPv4 and IPv6 reach different sites",
		40: "a-cloud~: IPv4 and IPv6 reach different~",
		5:  "a-cl~",
	} {
		if got := (Look{Width: width}).groupTitle(r); got != want {
			t.Errorf("%d columns: %q, want %q", width, got, want)
		}
	}
}
