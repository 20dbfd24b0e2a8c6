"""Backups of the whole database to Blob Storage, their verification, and the way back."""
