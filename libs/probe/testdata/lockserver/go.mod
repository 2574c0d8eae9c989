module lockserver

go 1.19
