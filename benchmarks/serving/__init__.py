"""What is asked over HTTP: the app, its peer and the limit, each one process under the same server, and who asks."""
