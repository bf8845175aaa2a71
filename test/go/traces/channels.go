// Goroutines that wait for each other in every way that Go's sync and channels have. Writes a trace to standard output.
package main

import (
	"flag"
	"os"
	"runtime"
	"runtime/trace"
	"sync"
	"time"
)

func worker(in <-chan int, out chan<- int, wg *sync.WaitGroup) {
	defer wg.Done()
	for n := range in {
		out <- n * n
	}
}

func main() {
	values := flag.Int("values", 200, "that the workers square")
	flag.Parse()
	idle := make(chan bool)
	for i := 0; i < 3; i++ {
		go func() { <-idle }() // waits since before the trace
	}
	time.Sleep(time.Millisecond)
	trace.Start(os.Stdout)
	in, out := make(chan int), make(chan int, 4)
	var wg sync.WaitGroup
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go worker(in, out, &wg)
	}
	go func() {
		for i := 0; i < *values; i++ {
			in <- i
		}
		close(in)
		wg.Wait()
		close(out)
	}()
	sum := 0
	for n := range out {
		sum += n
	}
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	ready := 0
	for i := 0; i < 4; i++ {
		go func() {
			mu.Lock()
			ready++
			cond.Broadcast()
			runtime.Gosched()
			mu.Unlock()
		}()
	}
	mu.Lock()
	for ready < 4 {
		cond.Wait()
	}
	mu.Unlock()
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	select {
	case <-idle:
	case <-time.After(2 * time.Millisecond):
	}
	go func() { select {} }()
	runtime.Gosched()
	trace.Stop()
	if sum == 0 {
		panic("no work was done")
	}
}
