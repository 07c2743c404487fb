"""The vendors themselves: per vendor one pure `*_parse` module and one transport; wiring alone imports them."""
