// Writes the profiles that the tests of mandel pprof read: one of every kind that Go has, with what is hard to get right in
// them: inlined calls, recursion, labels, closures, generics. See README.md.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"time"
)

var sink any

func main() {
	dir := os.Args[1]
	runtime.SetBlockProfileRate(1)
	runtime.SetMutexProfileFraction(1)
	cpu := create(dir, "cpu")
	check(pprof.StartCPUProfile(cpu))
	stop := park()
	work()
	pprof.StopCPUProfile()
	check(cpu.Close())
	allocate()
	contend()
	runtime.GC()
	for _, kind := range []string{"heap", "block", "mutex", "goroutine", "threadcreate"} {
		f := create(dir, kind)
		check(pprof.Lookup(kind).WriteTo(f, 0))
		check(f.Close())
	}
	close(stop)
}

func create(dir, kind string) *os.File {
	f, err := os.Create(filepath.Join(dir, kind+strings.TrimPrefix(runtime.Version()[:6], "go1.")+".pprof"))
	check(err)
	return f
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// work burns what a few samples need, under two labels.
func work() {
	for _, dish := range []string{"soup", "stew"} {
		pprof.Do(context.Background(), pprof.Labels("dish", dish, "cook", "Ada"), func(context.Context) {
			for end := time.Now().Add(150 * time.Millisecond); time.Now().Before(end); {
				sink = fib(20)
				sink = sum([]float64{1, 2, 3}, 20000)
			}
		})
	}
}

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func sum[T int | float64](values []T, times int) T {
	var total T
	for i := 0; i < times; i++ {
		for _, v := range values {
			total += square(v)
		}
	}
	return total
}

func square[T int | float64](v T) T { return v * v }

type kitchen struct {
	mu     sync.Mutex
	orders []string
}

func (k *kitchen) order(dish string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.orders = append(k.orders, strings.Repeat(dish, 100))
	time.Sleep(time.Millisecond)
}

// contend has goroutines wait for a lock, for a channel and in a select.
func contend() {
	var k kitchen
	var wg sync.WaitGroup
	ready := make(chan int)
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := 0; j < 5; j++ {
				k.order("soup")
			}
			ready <- 1
		}()
	}
	for i := 0; i < 4; i++ {
		select {
		case <-ready:
		case <-time.After(time.Second):
		}
	}
	wg.Wait()
}

func allocate() {
	var kept [][]byte
	for i := 0; i < 200; i++ {
		kept = append(kept, buffer(50_000+i))
		sink = make([]int64, 9000)
	}
	sink = kept
}

func buffer(n int) []byte { return make([]byte, n) }

// park leaves goroutines behind that wait.
func park() chan struct{} {
	stop := make(chan struct{})
	for i := 0; i < 3; i++ {
		go func() { <-stop }()
	}
	pprof.Do(context.Background(), pprof.Labels("role", "waiter"), func(context.Context) {
		go wait(stop)
	})
	time.Sleep(time.Millisecond)
	return stop
}

func wait(stop chan struct{}) {
	select {
	case <-stop:
	case <-time.After(time.Hour):
	}
}
