// Thousands of goroutines that are made at once, and come to an end in any order. Writes a trace to standard output.
package main

import (
	"flag"
	"os"
	"runtime"
	"runtime/trace"
	"sync"
	"time"
)

func main() {
	goroutines := flag.Int("goroutines", 4000, "in all")
	flag.Parse()
	trace.Start(os.Stdout)
	var wg sync.WaitGroup
	places := make(chan bool, 50)
	for i := 0; i < *goroutines; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			places <- true
			if i%97 == 0 {
				runtime.Gosched()
			}
			if i%501 == 0 {
				time.Sleep(time.Microsecond)
			}
			<-places
		}()
	}
	wg.Wait()
	trace.Stop()
}
