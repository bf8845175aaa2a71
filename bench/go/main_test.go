package main

import (
	"crypto/sha256"
	"fmt"
	"testing"
)

// TestModesPaintTheSamePicture holds every mode to the sums that mandel's own
// tests use.
func TestModesPaintTheSamePicture(t *testing.T) {
	sizes := []struct {
		w, h int
		want string
	}{
		{17, 5, "15c9f5f428de60e11b9e7e8adc1225fdd7c8e0cd41ecbeaa5395a4403fd796ec"},
		{640, 480, "c3aca71ce001ca3791fa248666e8926efa6e3545cd4e195d7c96d016672c18f1"},
		{1024, 1024, "264ab6151283450f1f49121569e3882a8915c26b630ba11cddfac272390adf74"},
	}
	for mode, fill := range modes {
		for _, workers := range []int{1, 4} {
			for _, size := range sizes {
				t.Run(fmt.Sprintf("%s/%d/%dx%d", mode, workers, size.w, size.h), func(t *testing.T) {
					m := newImg(size.w, size.h)
					fill(m, workers)
					if got := fmt.Sprintf("%x", sha256.Sum256(m.grey())); got != size.want {
						t.Errorf("sum of the grey plane is %s, want %s", got, size.want)
					}
				})
			}
		}
	}
}
