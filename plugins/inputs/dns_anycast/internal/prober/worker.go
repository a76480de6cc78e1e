package prober

// worker is a goroutine that does one thing after the other. It outlives rounds: a new one in each
// would have to grow its stack, and in small rounds that shows.
type worker chan<- func()

func newWorker() worker {
	work := make(chan func())
	go func() {
		for do := range work {
			do()
		}
	}()
	return work
}
