"""Routes of the privacy desk: requests of customers, exports and receipts."""
