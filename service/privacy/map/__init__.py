"""The data map: what every table, key, file, log line and message holds of people, why, and for how long."""
