package main

import "time"

// channel: one worker takes jobs from an unbuffered channel. With the fault one job in 140 takes long, and those who bring
// others wait until the worker takes them.
func channel(s *service) func(*visit) {
	jobs := make(chan *visit)
	go func() {
		for v := range jobs {
			if v.isBroken() && v.oneIn(slowPosting) {
				time.Sleep(slowPostingTime)
			}
		}
	}()
	return func(v *visit) { hand(jobs, v) }
}

func hand(jobs chan<- *visit, v *visit) {
	asked := time.Now()
	jobs <- v // mark: channel-waiter
	v.waited(fault, asked)
}
