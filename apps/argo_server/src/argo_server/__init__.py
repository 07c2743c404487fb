"""The producer as a running service: settings → wiring → web, jobs, cli."""
