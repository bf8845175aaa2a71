//go:build go1.25

// Bubbles of testing/synctest, in which an hour of sleep takes no time. `go test -trace=FILE bubbles_test.go` writes a trace.
package bubbles

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestBubbles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		results := make(chan int)
		for i := 1; i <= 3; i++ {
			go func() {
				time.Sleep(time.Duration(i) * time.Hour)
				results <- i
			}()
		}
		synctest.Wait()
		for i := 1; i <= 3; i++ {
			if got := <-results; got != i {
				t.Errorf("got %d, want %d", got, i)
			}
		}
	})
}
