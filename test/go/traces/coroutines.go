//go:build go1.23

// Iterators that are pulled: coroutine switches, to the end and stopped early. Writes a trace to standard output.
package main

import (
	"iter"
	"os"
	"runtime/trace"
	"slices"
)

func main() {
	trace.Start(os.Stdout)
	for i := 0; i < 3; i++ {
		next, stop := iter.Pull(slices.Values([]int{1, 2, 3, 4, 5}))
		for j := 0; j < 6-2*i; j++ {
			next()
		}
		stop()
	}
	trace.Stop()
}
