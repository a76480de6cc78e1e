//go:build linux

package main

import (
	"context"
	"os"
	"time"
)

// up builds the lab and returns when it has converged.
func (l *lab) up(ctx context.Context, delays []time.Duration) error {
	if err := os.Chmod(l.dir, 0o755); err != nil { // the servers are not root
		return err
	}
	if err := os.WriteFile(l.configFile(), []byte(pluginConfig()), 0o644); err != nil {
		return err
	}
	if err := l.connect(delays); err != nil {
		return err
	}
	if err := l.startRouter(); err != nil {
		return err
	}
	for _, s := range l.sites {
		if err := l.startServer(s); err != nil {
			return err
		}
		if err := l.startSpeaker(s); err != nil {
			return err
		}
	}
	return l.converge(ctx)
}

// converge waits for all routes, for each server at its site, and for answers at the vantage point.
func (l *lab) converge(ctx context.Context) error {
	if err := l.settle(ctx); err != nil {
		return err
	}
	for _, s := range l.sites {
		if err := l.awaitServer(ctx, s); err != nil {
			return err
		}
	}
	return l.await(ctx, "answers at the vantage point", func() error { return l.answered(vantage) })
}
