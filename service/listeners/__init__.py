"""What stays connected to systems that do not call us by HTTP: mail servers and telephone exchanges."""
