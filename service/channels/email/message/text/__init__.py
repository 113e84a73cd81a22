"""What stands in the text of a mail: HTML as lines, and the headers above what is quoted."""
