// System calls that return at once, that lose their P, and that last longer than the trace. Writes a trace to standard output.
package main

import (
	"flag"
	"os"
	"runtime"
	"runtime/trace"
	"sync"
	"syscall"
	"time"
)

func pipe() (r, w int) {
	var p [2]int
	if err := syscall.Pipe(p[:]); err != nil {
		panic(err)
	}
	return p[0], p[1]
}

func read(fd int, wg *sync.WaitGroup) {
	var b [1]byte
	syscall.Read(fd, b[:]) // blocks its thread: the poller knows nothing of it
	wg.Done()
}

func main() {
	calls := flag.Int("calls", 20, "of each of two kinds, for each of four goroutines")
	flag.Parse()
	var wg sync.WaitGroup
	r1, w1 := pipe()
	r2, w2 := pipe()
	r3, _ := pipe()
	wg.Add(2)
	go read(r1, &wg)
	go read(r3, new(sync.WaitGroup))
	time.Sleep(time.Millisecond)
	trace.Start(os.Stdout)
	go read(r2, &wg)
	var busy sync.WaitGroup
	for i := 0; i < 4; i++ {
		busy.Add(1)
		go func() {
			runtime.LockOSThread()
			for j := 0; j < *calls; j++ {
				syscall.Getppid()
				syscall.Stat("/", new(syscall.Stat_t))
			}
			syscall.Nanosleep(&syscall.Timespec{Nsec: 300_000}, nil)
			busy.Done()
		}()
	}
	busy.Wait()
	time.Sleep(3 * time.Millisecond)
	syscall.Write(w1, []byte{1})
	syscall.Write(w2, []byte{1})
	wg.Wait()
	trace.Stop()
}
