"""Matching: how likely two records speak of one person, by three classes of pairs (Fellegi and Sunter); pure."""
