"""What every implementation of a port must do, as classes of tests. Each names the fixtures that it needs."""
