"""The HTTP side: routes, pages, live streams, and what stands around them."""
