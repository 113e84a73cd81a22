"""What customers allow their data to be used for, in the words that every room uses."""
