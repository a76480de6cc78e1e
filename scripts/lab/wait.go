//go:build linux

package main

import (
	"context"
	"fmt"
	"time"
)

// await returns when so has no objection any more, or never will.
func (l *lab) await(ctx context.Context, what string, so func() error) error {
	deadline := time.Now().Add(patience)
	for {
		err := so()
		if err == nil {
			return nil
		}
		if crash := l.crashed(); crash != nil {
			return crash
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("wait %v for %s: %w", patience, what, err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pace):
		}
	}
}
