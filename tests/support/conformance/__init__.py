"""The conformance statement of this program, ``resources/help/conformance.md``: its tables made from the code that does it.

``python -m tests.support.conformance`` prints the page, ``--write`` puts it in its place. The words between the tables stand
in ``prose.md``. Where a function of the program can be asked, it is asked for everything (all 65536 statuses, all transfer
syntaxes, a request with each fault), so that the tables hold what it does and not what was once written about it.
"""
