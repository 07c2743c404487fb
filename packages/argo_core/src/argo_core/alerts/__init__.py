"""Floor 3: which event is an alert, how severe it is and where it belongs. It sends none itself."""
