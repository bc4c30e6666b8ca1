"""What may be asked of a provider: open texts that name a county of ours and nothing personal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.orm import Session

from data.geocode.placer import Placer
from data.intake.personal.persons import BLANK, redact
from data.provider_settings import Provider
from grid.places import PlaceRequest

_OPEN = """
SELECT p.address_key FROM petition p
WHERE p.place_status <> 'accepted' AND p.place_decision_id IS NULL AND p.address_key <> ''
  AND p.purpose <> 'accusation'
  AND NOT EXISTS (SELECT FROM place_decision d WHERE d.address_key = p.address_key AND d.undone_at IS NULL)
  AND NOT EXISTS (
    SELECT FROM provider_answer a WHERE a.provider = :provider AND a.address_key = p.address_key)
GROUP BY p.address_key ORDER BY count(*) DESC, p.address_key COLLATE "C"
"""
_OF_A_PERSON = re.compile(
    r"姓名|身份证|联系人|联系方式|电话号|手机|微信|先生|女士|同志|本人|丈夫|妻子|儿子|女儿|"
    r"信访人|上访人|当事人|投诉人|反映人|举报|控告|检举|被告"
)
"""Words beside which an address tells of somebody; such a text is never sent, whoever it is about."""


class Withheld(StrEnum):
    """Why a text is not asked; every member has words under ``providers.withheld``."""

    PERSONAL = "personal"
    NO_COUNTY = "no_county"
    """The own gazetteer finds no county in it, against which an answer could be checked."""
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Question:
    """A text in normal form and the county of ours that it names."""

    key: str
    county_id: int


def open_texts(session: Session, provider: Provider) -> list[str]:
    """Return the texts without a decision that the provider was not asked yet, the most frequent first."""
    return list(session.execute(text(_OPEN), {"provider": provider.value}).scalars())


def question_of(placer: Placer, key: str) -> Question | Withheld:
    """Return the question that a text may be asked as, or why it is withheld."""
    if is_personal(key):
        return Withheld.PERSONAL
    (place,) = placer.place([PlaceRequest(key)])
    return Withheld.NO_COUNTY if place.county_id is None else Question(key, place.county_id)


def is_personal(key: str) -> bool:
    """Return whether something personal stands in a text, or stood there before it was blanked.

    Names cannot be recognised reliably: what stands beside a number or a word for a person may be one.
    """
    return BLANK in key or redact(key)[1] > 0 or _OF_A_PERSON.search(key) is not None
