-- Registration decides for each member of a merge set by itself, so that it needs no other members.
ALTER TYPE locked_customer DROP ATTRIBUTE merged;
