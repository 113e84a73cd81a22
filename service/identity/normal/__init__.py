"""Normal forms: what a source wrote of a person, in the forms by which records are compared; pure."""
