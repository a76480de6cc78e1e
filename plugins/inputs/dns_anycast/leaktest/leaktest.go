// Package leaktest finds goroutines and descriptors that outlive what a test did.
package leaktest

import (
	"os"
	"runtime"
	"testing"
	"time"
)

const (
	look = 20 * time.Millisecond // between two counts
	wait = 5 * time.Second       // for what is about to end, on a busy machine
)

// Open is how many goroutines and descriptors there are. Descriptors are counted where the system has /proc/self/fd;
// elsewhere there are none.
type Open struct{ goroutines, descriptors int }

// Count counts them, after a moment for what is about to end.
func Count() Open {
	time.Sleep(look)
	return count()
}

func count() Open {
	descriptors, _ := os.ReadDir("/proc/self/fd")
	return Open{runtime.NumGoroutine(), len(descriptors)}
}

// Check fails the test if there stay more than before.
func (before Open) Check(t testing.TB) {
	t.Helper()
	after := count()
	for end := time.Now().Add(wait); after.exceeds(before) && time.Now().Before(end); after = count() {
		time.Sleep(look)
	}
	if after.exceeds(before) {
		t.Errorf("%d goroutines and %d descriptors, before %d and %d", after.goroutines, after.descriptors, before.goroutines, before.descriptors)
	}
}

func (o Open) exceeds(before Open) bool {
	return o.goroutines > before.goroutines || o.descriptors > before.descriptors
}
