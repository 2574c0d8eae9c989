module racy

go 1.19
