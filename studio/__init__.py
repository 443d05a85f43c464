"""How people reach the engine: command line, run directories, report and figures."""
