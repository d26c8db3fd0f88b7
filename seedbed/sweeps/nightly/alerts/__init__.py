"""Tell people about a night: mail, webhooks, an outbox that survives outages."""
