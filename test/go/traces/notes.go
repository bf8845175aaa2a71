// Tasks, regions and logs, well and badly nested, with texts that are long or not valid UTF-8. Writes a trace to standard output.
package main

import (
	"context"
	"os"
	"runtime/trace"
	"strings"
	"sync"
)

func main() {
	early, before := trace.NewTask(context.Background(), "before the trace")
	region := trace.StartRegion(early, "begun before the trace")
	trace.Start(os.Stdout)
	region.End()
	before.End()
	ctx, task := trace.NewTask(context.Background(), "outer")
	trace.Log(ctx, "category", "message")
	trace.Log(ctx, "", "no category, a \"quote\", a tab\t, a bell\a and é, 世界, \u00a0, \u200b, 🎉")
	trace.Log(ctx, "bad", "half of a character: \xe4\xb8, and \xff")
	trace.Log(ctx, "long", strings.Repeat("é ", 700))
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			inner, sub := trace.NewTask(ctx, "inner")
			trace.WithRegion(inner, "first", func() {
				trace.WithRegion(inner, "second", func() { trace.Logf(inner, "n", "%d", i) })
			})
			trace.WithRegion(context.Background(), "of no task", func() {})
			sub.End()
		}()
	}
	wg.Wait()
	_, open := trace.NewTask(ctx, "never ends")
	_ = open
	trace.StartRegion(ctx, "never ends")
	task.End()
	task.End()
	trace.Stop()
}
