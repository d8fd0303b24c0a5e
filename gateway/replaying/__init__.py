"""A file of real ballots becomes a crowd of phones that vote over HTTP. Standard library and ballots alone."""
