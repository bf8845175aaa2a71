package main

import "sync"

// modes has every way to hand out the work, by the name given to -mode.
// Only the last three look at the number of workers.
var modes = map[string]func(m *img, workers int){
	"seq":        seq,
	"px":         px,
	"row":        row,
	"col":        col,
	"workers":    unbuffered,
	"buffered":   buffered,
	"rowworkers": rowWorkers,
}

type point struct{ i, j int }

func seq(m *img, _ int) {
	for i := 0; i < m.w; i++ {
		for j := 0; j < m.h; j++ {
			fillPixel(m, i, j)
		}
	}
}

// px starts a goroutine for each pixel.
func px(m *img, _ int) {
	var wg sync.WaitGroup
	wg.Add(m.w * m.h)
	for i := 0; i < m.w; i++ {
		for j := 0; j < m.h; j++ {
			go func(i, j int) {
				fillPixel(m, i, j)
				wg.Done()
			}(i, j)
		}
	}
	wg.Wait()
}

// row starts a goroutine for each m[i].
func row(m *img, _ int) {
	var wg sync.WaitGroup
	wg.Add(m.w)
	for i := 0; i < m.w; i++ {
		go func(i int) {
			for j := 0; j < m.h; j++ {
				fillPixel(m, i, j)
			}
			wg.Done()
		}(i)
	}
	wg.Wait()
}

// col starts a goroutine for each j, which strides across every m[i].
func col(m *img, _ int) {
	var wg sync.WaitGroup
	wg.Add(m.h)
	for j := 0; j < m.h; j++ {
		go func(j int) {
			for i := 0; i < m.w; i++ {
				fillPixel(m, i, j)
			}
			wg.Done()
		}(j)
	}
	wg.Wait()
}

func unbuffered(m *img, workers int) { feedPixels(m, workers, make(chan point)) }
func buffered(m *img, workers int)   { feedPixels(m, workers, make(chan point, m.w*m.h)) }

// feedPixels hands the workers one pixel at a time over c.
func feedPixels(m *img, workers int, c chan point) {
	var wg sync.WaitGroup
	wg.Add(workers)
	for k := 0; k < workers; k++ {
		go func() {
			for p := range c {
				fillPixel(m, p.i, p.j)
			}
			wg.Done()
		}()
	}
	for i := 0; i < m.w; i++ {
		for j := 0; j < m.h; j++ {
			c <- point{i, j}
		}
	}
	close(c)
	wg.Wait()
}

// rowWorkers hands the workers one m[i] at a time over a channel that holds
// them all.
func rowWorkers(m *img, workers int) {
	var wg sync.WaitGroup
	wg.Add(workers)
	c := make(chan int, m.w)
	for k := 0; k < workers; k++ {
		go func() {
			for i := range c {
				for j := 0; j < m.h; j++ {
					fillPixel(m, i, j)
				}
			}
			wg.Done()
		}()
	}
	for i := 0; i < m.w; i++ {
		c <- i
	}
	close(c)
	wg.Wait()
}
