// This program is the peer of the benchmarks of channels, goroutines and
// select: it does one operation many times, times that, and prints what came
// of it. It takes the operation's name, how many times, and what else the
// operation wants, all in the order of its Go function's parameters:
//
//	chan handoff 200000 1 4 128 0
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"
)

// An outcome is what came of a batch: what it took, how many of the values
// 0, 1, 2, ... were handled, and their sum.
type outcome struct {
	Ns    int64 `json:"ns"`
	Count int   `json:"count"`
	Sum   int   `json:"sum"`
}

// ops has the operations, and how many numbers each takes beside n. They do
// their work in a function that they return, so that only it is timed.
var ops = map[string]struct {
	args int
	run  func(n int, args []int) func() (count, sum int)
}{
	"handoff":   {4, handoff},
	"pingpong":  {1, pingpong},
	"create":    {0, create},
	"yield":     {0, yield},
	"waitgroup": {0, waitGroup},
	"fanout":    {1, fanOut},
	"ready":     {1, ready},
	"default":   {0, orDefault},
	"blocking":  {0, blocking},
	"parked":    {0, parked},
}

func main() {
	if len(os.Args) < 3 {
		usage()
	}
	var args []int
	for _, arg := range os.Args[2:] {
		n, err := strconv.Atoi(arg)
		if err != nil || n < 0 {
			usage()
		}
		args = append(args, n)
	}
	op, ok := ops[os.Args[1]]
	if !ok || len(args) != op.args+1 {
		usage()
	}

	op.run(args[0]/10, args[1:])() // so that the heap and the stacks are there
	work := op.run(args[0], args[1:])
	begin := time.Now()
	count, sum := work()
	ns := time.Since(begin).Nanoseconds()
	if err := json.NewEncoder(os.Stdout).Encode(outcome{ns, count, sum}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: chan OP N [NUMBER...]")
	os.Exit(2)
}
