"""Source records: what other systems say of a person, each value kept with its source, time and quality."""
