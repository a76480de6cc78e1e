package prober

// worker is a goroutine that does one thing after the other. It outlives rounds: a new one in each
// would have to grow its stack anew, which costs a small round more than its queries.
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
