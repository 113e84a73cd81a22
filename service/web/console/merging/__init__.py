"""One person or two: merging, telling apart and splitting customers."""
