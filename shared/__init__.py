"""What every room of the app stands on: the domain, the data package, the use cases and the web's manners."""
