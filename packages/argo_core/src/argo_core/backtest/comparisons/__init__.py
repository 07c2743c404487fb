"""What a backtest is held against: doing nothing clever, chance, and one source alone."""
