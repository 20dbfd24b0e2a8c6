"""The timer that keeps small what only ever grows."""
