module traces

go 1.22
