"""Databases of earlier versions, and the migrations that bring them up to this one."""
