package main

import (
	"image"
	"image/color"
)

// An img is a picture of w x h pixels. Each m[i] holds the pixels with x = i,
// so what the modes call a row stands upright on screen.
type img struct {
	w, h int
	m    [][]color.RGBA
}

func newImg(w, h int) *img {
	m := make([][]color.RGBA, w)
	for i := range m {
		m[i] = make([]color.RGBA, h)
	}
	return &img{w, h, m}
}

func (m *img) ColorModel() color.Model { return color.RGBAModel }
func (m *img) Bounds() image.Rectangle { return image.Rect(0, 0, m.w, m.h) }
func (m *img) At(x, y int) color.Color { return m.m[x][y] }

// grey returns one byte per pixel, line by line from the top.
func (m *img) grey() []byte {
	plane := make([]byte, 0, m.w*m.h)
	for y := 0; y < m.h; y++ {
		for x := 0; x < m.w; x++ {
			plane = append(plane, m.m[x][y].R)
		}
	}
	return plane
}

const (
	n     = 1000 // iterations at most, and pixels to the plane's two units
	limit = 2    // |z| beyond which a point has escaped
)

// fillPixel paints the pixel at x = i, y = j.
//
// The conversions to float64 change nothing but this: they forbid fused
// multiply-add, which some targets (arm64, GOAMD64=v3) would otherwise use and
// which gives other last bits and so another picture.
func fillPixel(m *img, i, j int) {
	cr := 2*float64(i)/n - 1.5
	ci := 2*float64(j)/n - 1.0
	var zr, zi, tr, ti float64
	for k := 0; k < n && tr+ti <= limit*limit; k++ {
		zi = float64(2*zr*zi) + ci
		zr = tr - ti + cr
		tr = float64(zr * zr)
		ti = float64(zi * zi)
	}
	// By way of int64, because a value above 255 is to wrap round and the
	// language leaves the direct conversion to byte open.
	g := byte(int64(tr * ti * 2))
	m.m[i][j] = color.RGBA{R: g, G: g, B: g, A: 255}
}
