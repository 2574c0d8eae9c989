module endserver

go 1.19
