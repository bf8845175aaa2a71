package main

// ready selects from two or four channels that always have something. args: how
// many.
func ready(n int, args []int) func() (int, int) {
	var cs [4]chan int
	for k := range cs {
		cs[k] = make(chan int, n)
		for i := 0; i < n; i++ {
			cs[k] <- i
		}
	}
	a, b, c, d := cs[0], cs[1], cs[2], cs[3]
	if args[0] == 2 {
		return func() (count, sum int) {
			var next [2]int
			for ; count < n; count++ {
				k, v := 0, 0
				select {
				case v = <-a:
				case v = <-b:
					k = 1
				}
				if v != next[k] {
					panic("out of order")
				}
				next[k]++
				sum += count
			}
			return
		}
	}
	return func() (count, sum int) {
		var next [4]int
		for ; count < n; count++ {
			k, v := 0, 0
			select {
			case v = <-a:
			case v = <-b:
				k = 1
			case v = <-c:
				k = 2
			case v = <-d:
				k = 3
			}
			if v != next[k] {
				panic("out of order")
			}
			next[k]++
			sum += count
		}
		return
	}
}

// orDefault selects from two channels that never have anything.
func orDefault(n int, _ []int) func() (int, int) {
	a, b := make(chan int), make(chan int)
	return func() (count, sum int) {
		for i := 0; i < n; i++ {
			select {
			case <-a:
			case <-b:
			default:
				count++
				sum += i
			}
		}
		return
	}
}

// blocking selects from two unbuffered channels, each with a sender of its own.
func blocking(n int, _ []int) func() (int, int) {
	a, b := make(chan int), make(chan int)
	send := func(c chan<- int, first int) {
		for i := first; i < n; i += 2 {
			c <- i
		}
	}
	return func() (count, sum int) {
		go send(a, 0)
		go send(b, 1)
		for ; count < n; count++ {
			select {
			case v := <-a:
				sum += v
			case v := <-b:
				sum += v
			}
		}
		return
	}
}
