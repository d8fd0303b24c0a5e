"""Files that officials load: the roll, proposals, an election, a sitting on paper. All of a file or nothing."""
