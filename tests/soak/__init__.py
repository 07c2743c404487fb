"""The whole system for half an hour at many times its pace, with everything around it failing on a schedule."""
