package prober

import "context"

// semaphore bounds how many sockets, or look-ups, there may be at a time.
type semaphore chan struct{}

// tryTake reports whether there may be one more now.
func (s semaphore) tryTake() bool {
	select {
	case s <- struct{}{}:
		return true
	default:
		return false
	}
}

// take waits until there may be one more; false where ctx ends the wait.
func (s semaphore) take(ctx context.Context) bool {
	select {
	case s <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (s semaphore) give() { <-s }
