module syncmaps

go 1.19
