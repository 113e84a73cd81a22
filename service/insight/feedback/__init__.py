"""What customers say of us: one question by a link, and the numbers of all ratings."""
