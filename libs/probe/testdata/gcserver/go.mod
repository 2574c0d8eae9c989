module gcserver

go 1.19
