// Goroutines that allocate faster than the collector likes: GC, sweeps, assists; with -profile samples of the CPU profiler too.
// Writes a trace to standard output.
package main

import (
	"bytes"
	"flag"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"runtime/trace"
	"sync"
)

type node struct {
	left, right *node
	data        [64]byte
}

func tree(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{left: tree(depth - 1), right: tree(depth - 1)}
}

func main() {
	depth := flag.Int("depth", 11, "of the trees")
	trees := flag.Int("trees", 3, "for each of four goroutines")
	profile := flag.Bool("profile", false, "run the CPU profiler")
	flag.Parse()
	if *profile {
		pprof.StartCPUProfile(new(bytes.Buffer))
		defer pprof.StopCPUProfile()
	}
	debug.SetGCPercent(20)
	trace.Start(os.Stdout)
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := 0; j < *trees; j++ {
				runtime.KeepAlive(tree(*depth))
			}
		}()
	}
	wg.Wait()
	trace.Stop()
}
