"""How the page is served: to whom, how often the store is read, how long clients may wait."""
