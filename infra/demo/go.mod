module mapscope.dev/demo

go 1.19
