"""Mail from a door to the record: parsed in a limited child process, threaded, attachments stored."""
