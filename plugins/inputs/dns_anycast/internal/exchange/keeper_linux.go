//go:build linux && !portable

package exchange

import (
	"errors"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Keeper holds the kernel's receive stamping switched on until it is closed: the kernel switches it
// on some milliseconds after the first socket asks and off when the last is gone, and what arrives
// between is not stamped. Beside that it tells when the wall clock is set, in which the kernel
// stamps.
type Keeper struct {
	began    time.Time
	stamping *os.File // a socket, bound to no port
	clock    *os.File // a timer that never ends; nil: nothing tells when the clock is set

	mu  sync.Mutex
	set chan struct{} // closed when the clock is set; nil: nothing tells
}

// HoldTimestamps returns once receive stamping is on.
func HoldTimestamps() (*Keeper, error) {
	fd, err := newSocket(false, unix.SOCK_DGRAM)
	if err != nil {
		return nil, err
	}
	setOptions(fd, false)
	time.Sleep(10 * time.Millisecond)
	k := &Keeper{began: time.Now(), stamping: os.NewFile(uintptr(fd), "stamping"), clock: clockTimer()}
	if k.clock != nil {
		k.set = make(chan struct{})
		go k.watch()
	}
	return k, nil
}

// Close returns at once.
func (k *Keeper) Close() error {
	if k.clock != nil {
		k.clock.Close()
	}
	return k.stamping.Close()
}

// clockTimer is a timer that ends in the year 2262, and says so before when the wall clock
// is set (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET); nil where there is none.
func clockTimer() *os.File {
	fd, err := unix.TimerfdCreate(unix.CLOCK_REALTIME, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil
	}
	never := &unix.ItimerSpec{Value: unix.NsecToTimespec(1<<63 - 1)}
	if err := unix.TimerfdSettime(fd, unix.TFD_TIMER_ABSTIME|unix.TFD_TIMER_CANCEL_ON_SET, never, nil); err != nil {
		unix.Close(fd)
		return nil
	}
	return os.NewFile(uintptr(fd), "clock")
}

// watch tells each time that the clock is set, until the timer is closed.
func (k *Keeper) watch() {
	var expirations [8]byte
	for set := true; set; {
		_, err := k.clock.Read(expirations[:])
		set = errors.Is(err, unix.ECANCELED)
		k.tell(set)
	}
}

// tell says that the clock was set, or else that nothing will tell any more.
func (k *Keeper) tell(set bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	close(k.set)
	k.set = nil
	if set {
		k.set = make(chan struct{})
	}
}

// whenSet returns a channel that is closed when the wall clock is set; nil: nothing would tell.
func (k *Keeper) whenSet() <-chan struct{} {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.set
}
