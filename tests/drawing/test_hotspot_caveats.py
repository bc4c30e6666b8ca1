"""Every caveat and every answer of significance can be said in every language."""

import pytest

from grid.hotspots.caveats import Caveat
from layers.words import Language, all_words


@pytest.mark.parametrize("language", list(Language))
def test_every_caveat_has_words_and_every_word_a_caveat(language: Language) -> None:
    table = "findings_caveats."
    said = {key.removeprefix(table) for key in all_words(language) if key.startswith(table)}
    assert said == {str(caveat) for caveat in Caveat}
