"""`make compare`: our counting rules beside pabutools, which only this target installs, in a venv of its own."""
