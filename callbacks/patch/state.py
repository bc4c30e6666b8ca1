"""What the phone says of itself: that a list is an old one, and which notes wait to be sent."""

from __future__ import annotations

from typing import Any

from dash import html

from layers.words import Language, say

_TOLD = ("waiting", "sent", "ended", "refused", "unkept", "leave")


def marks(at: str, language: Language) -> list[Any]:
    """Return the mark of an old list and the outbox; both are shown by the phone when they are true.

    ``at`` is when the page was made, in the city's time. They are the care of the service worker and of
    ``assets/patch_page.js``.
    """
    offline = html.P(
        [
            html.Strong(say("patch.offline.mark", language)),
            html.Span(say("patch.offline.at", language, at=at)),
        ],
        className="patch-offline",
        role="status",
    )
    words: Any = {f"data-{name}": say(f"patch.outbox.{name}", language) for name in _TOLD}
    signed_out = html.P(
        [
            say("patch.outbox.ended", language),
            html.A(say("access.notice.sign_in", language), href="/sign-in?next=/patch"),
        ],
        className="patch-ended",
        hidden=True,
    )
    outbox = html.Section(
        [html.H2(say("patch.outbox.title", language)), signed_out, html.Ol(className="patch-outbox-list")],
        id="patch-outbox",
        className="patch-outbox",
        hidden=True,
        **words,
    )
    return [offline, outbox]
