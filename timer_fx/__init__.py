"""The timer that keeps exchange rates up to date, and the providers it reads."""
