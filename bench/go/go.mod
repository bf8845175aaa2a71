module mandel/bench/go

go 1.19
