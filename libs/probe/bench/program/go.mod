module mapscope.dev/bench

go 1.19
