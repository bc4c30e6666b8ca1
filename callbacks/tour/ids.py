"""Ids of the editor of tours."""

from __future__ import annotations

from enum import StrEnum


class TourId(StrEnum):
    """Components that callbacks read or write."""

    DRAFT = "tour-draft"
    """Store: the tour as it is being changed, with what it was before each step."""
    TOURS = "tour-tours"
    NAME = "tour-name"
    LIST = "tour-list"
    SUMMARY = "tour-summary"
    UP = "tour-up"
    DOWN = "tour-down"
    ADD = "tour-add"
    REMOVE = "tour-remove"
    UNDO = "tour-undo"
    SAVE = "tour-save"
    DISCARD = "tour-discard"
    HEAD = "tour-head"
    SHOWS = "tour-shows"
    ABOUT = "tour-about"
    TITLE = "tour-title"
    OF_WALL = "tour-of-wall"
    QUERY = "tour-query"
    PRESET = "tour-preset"
    TAKE = "tour-take"
    SECONDS = "tour-seconds"
    SEE = "tour-see"
    PLAY = "tour-play"
    SAID = "tour-said"
