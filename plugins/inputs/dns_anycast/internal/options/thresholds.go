package options

import (
	"cmp"
	"fmt"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
)

const maxSlowAfter = 100

// readThresholds lays the thresholds that o has over those of the plugin.
func readThresholds(o *Thresholds, plugin judge.Thresholds) (judge.Thresholds, error) {
	if err := cmp.Or(
		checkFactor("slow_factor", o.SlowFactor),
		checkFactor("floor_factor", o.FloorFactor),
		checkCount("slow_after", o.SlowAfter, maxSlowAfter),
		checkSpan("slow_over", o.SlowOver, 0),
		checkSpan("floor_over", o.FloorOver, 0),
		checkSpan("far_over", o.FarOver, 0),
		checkSpan("far_floor", o.FarFloor, 0),
	); err != nil {
		return judge.Thresholds{}, err
	}
	return judge.Thresholds{
		SlowFactor:  either(o.SlowFactor, plugin.SlowFactor),
		FloorFactor: either(o.FloorFactor, plugin.FloorFactor),
		SlowAfter:   either(o.SlowAfter, plugin.SlowAfter),
		SlowOver:    either((*time.Duration)(o.SlowOver), plugin.SlowOver),
		FloorOver:   either((*time.Duration)(o.FloorOver), plugin.FloorOver),
		FarOver:     either((*time.Duration)(o.FarOver), plugin.FarOver),
		FarFloor:    either((*time.Duration)(o.FarFloor), plugin.FarFloor),
	}, nil
}

// checkFactor checks a number from 1 to 100; nil is none.
func checkFactor(option string, v *float64) error {
	if v == nil || *v >= 1 && *v <= 100 {
		return nil
	}
	return At(Step{Key: option}, fmt.Errorf("%v is out of range: write a number from 1 to 100", *v))
}

func either[T any](own *T, plugin T) T {
	if own != nil {
		return *own
	}
	return plugin
}
