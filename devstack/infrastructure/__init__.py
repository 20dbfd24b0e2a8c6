"""The infrastructure gate: what can be known of Bicep, workflows and host.json without Azure. Never deployed."""
