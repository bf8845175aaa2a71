package main

import (
	"runtime"
	"sync"
	"sync/atomic"
)

type tally struct{ count, sum int }

// handoff sends the values over one channel, from all senders to all
// receivers. args: senders, receivers, size of the channel, whether they are
// kept apart.
func handoff(n int, args []int) func() (int, int) {
	senders, receivers, size, apart := args[0], args[1], args[2], args[3]
	return func() (count, sum int) {
		c := make(chan int, size)
		tallies := make(chan tally, receivers)
		for r := 0; r < receivers; r++ {
			go func() {
				keep(apart)
				var t tally
				for v := range c {
					t.count++
					t.sum += v
				}
				tallies <- t
			}()
		}
		var wg sync.WaitGroup
		wg.Add(senders)
		for s := 0; s < senders; s++ {
			go func(first int) {
				keep(apart)
				for i := first; i < n; i += senders {
					c <- i
				}
				wg.Done()
			}(s)
		}
		wg.Wait()
		close(c)
		for r := 0; r < receivers; r++ {
			t := <-tallies
			count += t.count
			sum += t.sum
		}
		return
	}
}

// keep gives a goroutine a thread of its own, if apart is 1: then it never
// shares one with another, as goroutines that hand over values do otherwise.
func keep(apart int) {
	if apart == 1 {
		runtime.LockOSThread()
	}
}

// pingpong sends a value out and waits for the next to come back. args: whether
// the two sides are kept apart.
func pingpong(n int, args []int) func() (int, int) {
	apart := args[0]
	return func() (count, sum int) {
		keep(apart)
		out, back := make(chan int), make(chan int)
		go func() {
			keep(apart)
			for v := range out {
				back <- v + 1
			}
		}()
		for ; count < n; count += 2 {
			out <- count
			sum += count + <-back
		}
		close(out)
		return
	}
}

// create starts a goroutine for each value.
func create(n int, _ []int) func() (int, int) {
	return spawn(n, func() {})
}

// yield is create with goroutines that let others run once.
func yield(n int, _ []int) func() (int, int) {
	return spawn(n, runtime.Gosched)
}

func spawn(n int, pause func()) func() (int, int) {
	return func() (int, int) {
		var count, sum int64
		var wg sync.WaitGroup
		wg.Add(n)
		for i := 0; i < n; i++ {
			go func(i int) {
				pause()
				atomic.AddInt64(&count, 1)
				atomic.AddInt64(&sum, int64(i))
				wg.Done()
			}(i)
		}
		wg.Wait()
		return int(count), int(sum)
	}
}

// waitGroup adds, is done and waits, all by itself.
func waitGroup(n int, _ []int) func() (int, int) {
	return func() (count, sum int) {
		var wg sync.WaitGroup
		for ; count < n; count++ {
			wg.Add(1)
			wg.Done()
			wg.Wait()
			sum += count
		}
		return
	}
}

// fanOut is create, a crowd of goroutines at a time. args: the crowd.
func fanOut(n int, args []int) func() (int, int) {
	crowd := args[0]
	return func() (int, int) {
		var count, sum int64
		var wg sync.WaitGroup
		for first := 0; first < n; first += crowd {
			wg.Add(crowd)
			for i := first; i < first+crowd; i++ {
				go func(i int) {
					atomic.AddInt64(&count, 1)
					atomic.AddInt64(&sum, int64(i))
					wg.Done()
				}(i)
			}
			wg.Wait()
		}
		return int(count), int(sum)
	}
}

// parked starts n goroutines, which wait, all at a time, for a value each.
func parked(n int, _ []int) func() (int, int) {
	return func() (int, int) {
		var count, sum int64
		var started, done sync.WaitGroup
		c := make(chan int)
		started.Add(n)
		done.Add(n)
		for i := 0; i < n; i++ {
			go func() {
				started.Done()
				v := <-c
				atomic.AddInt64(&count, 1)
				atomic.AddInt64(&sum, int64(v))
				done.Done()
			}()
		}
		started.Wait()
		for i := 0; i < n; i++ {
			c <- i
		}
		done.Wait()
		return int(count), int(sum)
	}
}
