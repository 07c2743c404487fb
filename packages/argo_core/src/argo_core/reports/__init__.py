"""Floor 3: figures over stored signals, composed into reports. It stores and sends none itself."""
