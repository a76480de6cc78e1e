package options

import (
	"reflect"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
)

// TestThresholdsOfCloud: each that a cloud leaves out is the plugin's, each that it has is its own.
func TestThresholdsOfCloud(t *testing.T) {
	plugin := thresholdsOf(2)
	own := thresholdsOf(12)
	span := func(n int) *Duration { d := Duration(n); return &d }
	slow, after, floor := 12.0, 14, 15.0
	all := Thresholds{&slow, span(13), &after, &floor, span(16), span(17), span(18)}
	for i := -1; i < reflect.TypeFor[Thresholds]().NumField(); i++ {
		var o Thresholds
		if i >= 0 {
			reflect.ValueOf(&o).Elem().Field(i).Set(reflect.ValueOf(all).Field(i))
		}
		got, err := readThresholds(&o, plugin)
		want := plugin
		switch {
		case o.SlowFactor != nil:
			want.SlowFactor = own.SlowFactor
		case o.FloorFactor != nil:
			want.FloorFactor = own.FloorFactor
		case o.SlowAfter != nil:
			want.SlowAfter = own.SlowAfter
		case o.SlowOver != nil:
			want.SlowOver = own.SlowOver
		case o.FloorOver != nil:
			want.FloorOver = own.FloorOver
		case o.FarOver != nil:
			want.FarOver = own.FarOver
		case o.FarFloor != nil:
			want.FarFloor = own.FarFloor
		}
		if err != nil || got != want {
			t.Errorf("field %d: got %+v, %v, want %+v", i, got, err, want)
		}
	}
}

// thresholdsOf counts on from a number, in the order of the options.
func thresholdsOf(n int) judge.Thresholds {
	at := func(i int) time.Duration { return time.Duration(n + i) }
	return judge.Thresholds{
		SlowFactor: float64(n), SlowOver: at(1), SlowAfter: n + 2, FloorFactor: float64(n + 3),
		FloorOver: at(4), FarOver: at(5), FarFloor: at(6),
	}
}
