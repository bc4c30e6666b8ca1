"""Drawing of the audit: the kinds of things that rows are about, as a filter offers them."""

from __future__ import annotations

from layers.words import Language, all_words

_SUBJECTS = "audit.subject."


def subject_words(language: Language) -> dict[str, str]:
    """Return every subject with its word, in the order of the locale file."""
    return {
        key.removeprefix(_SUBJECTS): word
        for key, word in all_words(language).items()
        if key.startswith(_SUBJECTS)
    }
