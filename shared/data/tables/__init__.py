"""The tables, one module per family. The app imports the families it writes to, when it does; `every` imports all."""
