"""One contract-test class per port. A test suite subclasses it and gives the fixtures that it names."""
