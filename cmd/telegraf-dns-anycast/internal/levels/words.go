package levels

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

func (a *AddressRow) Name() string { return a.Target().Name() }

func (t Target) Name() string {
	name := t.Server
	if t.Address != "" && t.Address != t.Server {
		name += " (" + t.Address + ")"
	}
	name += " of " + CloudName(t.Cloud)
	if t.Zone != "" {
		name += ", zone " + t.Zone
	}
	return name + ", over " + t.Transport
}

func CloudName(cloud string) string {
	if cloud == "" {
		return "the cloud without a name"
	}
	return "cloud " + cloud
}

func Text(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func Count(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

// Percent writes a share, never as more than it is: 94.99999 % is not 95 %.
func Percent(share float64) string {
	return strconv.FormatFloat(math.Floor(share*1e6+1e-6)/1e4, 'f', -1, 64) + " %"
}

func percent(share *float64) string {
	if share == nil {
		return "not measured"
	}
	return Percent(*share)
}
