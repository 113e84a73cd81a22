"""Administration: queues, agents, keys and budgets, for supervisors and administrators."""
