"""Doors for programs: the same questions as the commands, asked over HTTP or by an assistant.

``answers`` what is asked and answered, plain data in and out, what is wrong with the form of a question, and costings that
run while others wait · ``openfisca`` OpenFisca's own web API, its bodies looked at first · ``http`` the HTTP API, what a
request may take, and its questions as a page · ``mcp`` the server for assistants (Model Context Protocol).

Nothing here computes, and nothing is kept but the last costings: each answer is that of ``goodwork.calculate``, ``cost``,
``compare`` and the like, with its units, its caveats and the command that gives it again.
"""
