module mapscope.dev/faults

go 1.19
