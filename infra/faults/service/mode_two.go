package main

// twoCauses: the rebuild of the catalog holds its lock, and at the same time calls to the other service are slow.
func twoCauses(s *service) func(*visit) {
	items := newCatalog(s)
	return func(v *visit) {
		items.find(v)
		v.callStock(second, v.isBroken() && v.number%12 == 0)
	}
}
