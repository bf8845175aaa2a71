// Sleeps, tickers, timers and deadlines. Writes a trace to standard output.
package main

import (
	"context"
	"os"
	"runtime/trace"
	"sync"
	"time"
)

func main() {
	trace.Start(os.Stdout)
	var wg sync.WaitGroup
	for i := 0; i < 6; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			for j := 0; j < 5; j++ {
				time.Sleep(time.Duration(i*100) * time.Microsecond)
			}
		}(i)
	}
	ticker := time.NewTicker(400 * time.Microsecond)
	for i := 0; i < 5; i++ {
		<-ticker.C
	}
	ticker.Stop()
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	<-ctx.Done()
	cancel()
	done := make(chan bool)
	time.AfterFunc(time.Millisecond, func() { close(done) })
	<-done
	wg.Wait()
	trace.Stop()
}
