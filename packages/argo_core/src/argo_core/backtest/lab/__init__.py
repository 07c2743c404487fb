"""The lab's desk: backtests that are asked for, worked on by processes of their own, and kept with what they found."""
