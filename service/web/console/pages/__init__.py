"""The console's pages: a controller a module."""
