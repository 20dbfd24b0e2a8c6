"""The manners of HTTP: parse, authorise, respond, and say plainly what is wrong."""
