module routeserver

go 1.19
