"""HTTP functions, a file per resource; each handler reads its request, calls one use case, and answers."""
