"""The export of a customer as a page that people read, print and keep."""
