"""API keys, the principals behind them, idempotency keys, and the audit log."""
