"""Jobs, events, keys and the audit trail in an SQL database: SQLite or PostgreSQL, with one behaviour."""
