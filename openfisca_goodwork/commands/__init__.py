"""The command line: ``main`` the commands, one module for each larger command or group, ``options`` what they share."""
