//go:build go1.25

// A flight recorder's snapshot: its first generation is not the first of the process. Writes a trace to standard output.
package main

import (
	"os"
	"runtime/trace"
	"time"
)

func main() {
	recorder := trace.NewFlightRecorder(trace.FlightRecorderConfig{MinAge: 20 * time.Millisecond})
	if err := recorder.Start(); err != nil {
		panic(err)
	}
	ping, pong := make(chan int), make(chan int)
	go func() {
		for n := range ping {
			pong <- n
		}
		close(pong)
	}()
	for begin := time.Now(); time.Since(begin) < 60*time.Millisecond; time.Sleep(time.Millisecond) {
		ping <- 1
		<-pong
	}
	if _, err := recorder.WriteTo(os.Stdout); err != nil {
		panic(err)
	}
	recorder.Stop()
}
