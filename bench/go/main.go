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
)

func main() {
	mode := flag.String("mode", "seq", "how the work is handed out: seq, px, row, col, workers, buffered or rowworkers")
	workers := flag.Int("workers", 1, "goroutines in the modes workers, buffered and rowworkers")
	width := flag.Int("w", 1024, "width of the picture in pixels")
	height := flag.Int("h", 1024, "height of the picture in pixels")
	out := flag.String("o", "mandelbrot.png", "`file` to write the PNG to")
	sum := flag.Bool("sum", false, "print the SHA-256 of the grey plane")
	flag.Parse()

	fill, ok := modes[*mode]
	if !ok || *workers < 1 || *width < 1 || *height < 1 || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}

	m := newImg(*width, *height)
	fill(m, *workers)
	if *sum {
		fmt.Printf("%x\n", sha256.Sum256(m.grey()))
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
