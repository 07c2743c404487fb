"""Floor 5: recorded history fed to the same pipeline that runs live."""
