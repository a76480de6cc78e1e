package dns_anycast

import (
	"cmp"
	"fmt"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
)

// Thresholds decide between the verdicts near, far and slow. A cloud may override those of the
// plugin: there nil means that it does not.
type Thresholds struct {
	// An answer is above the limit if it takes SlowFactor times the usual time and is SlowOver longer
	// than that. SlowAfter answers running above a limit make slow; as many below it end it.
	SlowFactor *float64  `toml:"slow_factor"`
	SlowOver   *Duration `toml:"slow_over"`
	SlowAfter  *int      `toml:"slow_after"`

	// It is above a limit as well if it takes FloorFactor times the floor, the least that light in
	// fibre takes, and FloorOver more.
	FloorFactor *float64  `toml:"floor_factor"`
	FloorOver   *Duration `toml:"floor_over"`

	// A site is far if another one has a floor that is lower by more than FarOver; without a list of
	// sites, if its floor is above FarFloor.
	FarOver  *Duration `toml:"far_over"`
	FarFloor *Duration `toml:"far_floor"`
}

func defaultThresholds() Thresholds {
	factor, floorFactor, after := 1.5, 3.0, 3
	ms := func(n int) *Duration {
		d := Duration(time.Duration(n) * time.Millisecond)
		return &d
	}
	return Thresholds{
		SlowFactor: &factor, SlowOver: ms(10), SlowAfter: &after, FloorFactor: &floorFactor,
		FloorOver: ms(25), FarOver: ms(20), FarFloor: ms(30),
	}
}

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
