module callserver

go 1.19
