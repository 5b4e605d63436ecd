"""From what a story is about to the communicator who should have it."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.story import Placement

FOR_THE_CENTRAL_DESK = frozenset({"criticism", "press-enquiry"})
"""Kinds that need one voice; they are never published by the ordinary way."""


class Route(BaseModel):
    model_config = ConfigDict(frozen=True)

    department: str | None
    """None: the central desk."""
    communicator: str
    because: str


def route(placement: Placement, organisation: Organisation, day: date) -> Route:
    """Whose story it is on `day` (local date). Nobody absent gets one; the central desk is the last resort."""

    def central(because: str) -> Route:
        person = organisation.central_on_duty(day)
        return Route(department=None, communicator=person.id, because=because)

    if placement.kind in FOR_THE_CENTRAL_DESK:
        return central(placement.kind)
    if placement.area_confidence < organisation.placing_threshold:
        return central("unsure")
    if placement.strategic:
        return central("strategic")
    department = organisation.department_of(placement.area)
    if department is None:
        return central("central" if placement.area == "central" else "no-owner")
    for person_id in department.communicators:
        person = organisation.on_duty(person_id, day)
        if person:
            because = "area" if person.id in department.communicators else "deputy"
            return Route(department=department.id, communicator=person.id, because=because)
    return central("no-owner")
