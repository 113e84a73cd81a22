"""What is to be thought of a value that a source stated: a judgement stands beside the value and changes nothing."""
