"""Everything that can go wrong on purpose.

The tree::

    KGError                 one line: what, where, what next
    +-- InputError          an article that cannot be read (file, line)
    +-- LexiconError        a table under ontology/lexicon with a wrong line
    +-- ModelError          a language pipeline that is missing, broken or unknown
    +-- StoreError          a store that cannot be opened, written or understood
    +-- QueryError          a SPARQL query that cannot be read or run
    |   +-- QueryLimitError     it took too long, too much memory, or answered too much
    |   +-- QueryFormatError    its answer cannot be written in the form that was asked for
    +-- NotFoundError       an IRI or a name that the store does not know

The library raises these and never prints; the command line prints the message
as one line and exits with ``exit_code``.
"""

from __future__ import annotations


class KGError(Exception):
    """A fault with a message for people: what happened, where, what to do next."""

    exit_code = 1


class InputError(KGError):
    """An input that cannot be read as an article."""


class LexiconError(KGError):
    """A line of a lexicon table that breaks the table's own rules."""


class ModelError(KGError):
    """A spaCy pipeline that is missing, broken, or speaks unknown labels."""


class StoreError(KGError):
    """A store that cannot be opened, written or read."""


class QueryError(KGError):
    """A SPARQL query that cannot be parsed or evaluated.

    ``excerpt`` is the line of the query with the fault and, below it, a mark under the
    place; empty where no place is known.
    """

    def __init__(self, message: str, *, excerpt: str = "") -> None:
        super().__init__(message)
        self.excerpt = excerpt


class QueryLimitError(QueryError):
    """A query that was stopped: it took too long, too much memory, or answered too much."""


class QueryFormatError(QueryError):
    """An answer that cannot be written in the form that was asked for.

    ``kind`` is what the answer is: ``select``, ``ask`` or ``graph``; empty where not known.
    """

    def __init__(self, message: str, *, excerpt: str = "", kind: str = "") -> None:
        super().__init__(message, excerpt=excerpt)
        self.kind = kind


class NotFoundError(KGError):
    """Nothing in the store answers to that name."""

    exit_code = 4
