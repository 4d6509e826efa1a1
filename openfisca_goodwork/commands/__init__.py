"""The groups of the command: ``options`` what commands share, ``reforms`` and ``population`` a group each."""
