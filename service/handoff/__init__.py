"""How a conversation changes hands, and how a promise to call back is kept."""
