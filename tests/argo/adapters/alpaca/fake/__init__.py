"""A stateful Alpaca on loopback: real sockets, its documented rules, and scripted faults. No code of the adapter."""
