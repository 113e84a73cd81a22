"""Words and shapes that every floor shares: vocabulary, ids, clock, identities, interactions."""
