"""`askonce bench`: how fast it is, next to what else could be built, in ratios within one run."""
