//go:build go1.23

// Iterators that are pulled: coroutine switches, to the end and stopped early. Writes a trace to standard output.
package main

import (
	"flag"
	"iter"
	"os"
	"runtime/trace"
	"slices"
)

func main() {
	iterators := flag.Int("iterators", 3, "one after the other")
	flag.Parse()
	trace.Start(os.Stdout)
	for i := 0; i < *iterators; i++ {
		next, stop := iter.Pull(slices.Values([]int{1, 2, 3, 4, 5}))
		for j := 0; j < 6-2*(i%3); j++ {
			next()
		}
		stop()
	}
	trace.Stop()
}
