// This program is the benchmark's peer: it paints the picture that mandel
// paints, in the same modes, in plain Go. Whatever it does beyond that would
// count against it, so it traces, profiles and reports nothing.
package main

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"image/png"
	"os"
	"time"
)

func main() {
	mode := flag.String("mode", "seq", "how the work is handed out: seq, px, row, col, workers, buffered or rowworkers")
	workers := flag.Int("workers", 1, "goroutines in the modes workers, buffered and rowworkers")
	width := flag.Int("w", 1024, "width of the picture in pixels")
	height := flag.Int("h", 1024, "height of the picture in pixels")
	out := flag.String("o", "mandelbrot.png", "`file` to write the PNG to")
	fillOnly := flag.Bool("fill", false, "write no PNG, but print as JSON what painting took and the SHA-256 of the grey plane")
	flag.Parse()

	fill, ok := modes[*mode]
	if !ok || *workers < 1 || *width < 1 || *height < 1 || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}

	m := newImg(*width, *height)
	begin := time.Now()
	fill(m, *workers)
	if *fillOnly {
		ns := time.Since(begin).Nanoseconds()
		fmt.Printf("{\"ns\":%d,\"sum\":\"%x\"}\n", ns, sha256.Sum256(m.grey()))
		return
	}
	if err := write(*out, m); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(name string, m *img) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := png.Encode(f, m); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
