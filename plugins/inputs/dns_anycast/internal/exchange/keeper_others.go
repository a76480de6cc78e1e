//go:build !linux || portable

package exchange

import "time"

// Keeper is the portable twin: there is no stamping to hold, and nothing tells when the clock is
// set.
type Keeper struct{ began time.Time }

// HoldTimestamps returns at once.
func HoldTimestamps() (*Keeper, error) { return &Keeper{time.Now()}, nil }

// Close has nothing to close.
func (*Keeper) Close() error { return nil }

func (*Keeper) whenSet() <-chan struct{} { return nil }
