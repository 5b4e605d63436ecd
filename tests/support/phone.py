"""A submitter's telephone without scripts: fills in the public form, posts pictures to the bucket, sends it all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from PIL import Image

from infra.local import upload_door
from infra.local.requests import Request, Response
from infra.local.runtime import Runtime
from infra.local.visitor import forms_in
from lyspunkt.aws import clock
from lyspunkt.settings import settings

FILLED: dict[str, Any] = {
    "what": "Skolens elever har plantet en skov bag hallen.",
    "why": "Nu er der skygge i frikvarteret.",
    "address": "laerer@lyngvig.example",
    "name": "En lærer",
    "contacts": "Skolelederen",
    "wish-site": "yes",
    "purpose": "Flere vil plante",
    "name_kept_out": "yes",
}


class Phone:
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    def get(self, path: str, **headers: str) -> Response:
        return self.runtime.request("GET", path, headers)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Response:
        own = {"origin": settings().address, "sec-fetch-site": "same-origin"}
        form = {"content-type": "application/x-www-form-urlencoded"}
        return self.runtime.request("POST", path, own | form | headers, urlencode(fields))

    def fill_in(self, language: str = "da", wait: int = 60, **fields: str) -> dict[str, str]:
        """The form's fields as its page has them, with these filled in some seconds later."""
        [form] = forms_in(self.get(f"/submit/{language}").text)
        clock.set_offset(clock.offset() + timedelta(seconds=wait))
        return dict(form.filled({})) | fields

    def send(self, language: str = "da", **fields: Any) -> Response:
        return self.post(f"/submit/{language}", self.fill_in(language, **fields))

    def begin(self) -> tuple[str, Response]:
        """A filled-in form on its way to its pictures: the path of the pictures page, and that page."""
        path = self.send(**FILLED, next="pictures").headers["location"]
        return path, self.get(path)

    def upload(self, page: Response, data: bytes, after: timedelta = timedelta(), **changed: str) -> Response:
        """Post a file by the pictures page's own form."""
        form = next(form for form in forms_in(page.text) if form.action.startswith("https://"))
        fields = [(name, changed.get(name, value)) for name, value in form.filled({}) if name != "file"]
        body, content_type = _multipart(fields, data)
        headers = (("content-type", content_type), ("origin", settings().address))
        request = Request("POST", f"/{settings().raw_bucket}", headers=headers, body=body)
        return upload_door.serve(self.runtime.world, request, datetime.now(UTC) + after, settings().address)

    def describe(self, path: str, **fields: str) -> Response:
        """Send the pictures page, saying the same of every picture: `alt`, `who`, `out`."""
        named = {f"{kind}-{name}": value for name in self.pictures(path) for kind, value in fields.items()}
        return self.post(path, named)

    def pictures(self, path: str) -> list[str]:
        """The pictures that the page lists, by the names of their fields."""
        form = next(form for form in forms_in(self.get(path).text) if form.action == path)
        alts = [name.removeprefix("alt-") for name, _ in form.filled({}) if name.startswith("alt-")]
        return [name for name in alts if name != "NAME"]


def photo() -> bytes:
    held = BytesIO()
    Image.new("RGB", (640, 480), "green").save(held, "JPEG")
    return held.getvalue()


def _multipart(fields: list[tuple[str, str]], data: bytes) -> tuple[bytes, str]:
    lines = [f'--x\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields]
    head = '--x\r\ncontent-disposition: form-data; name="file"; filename="IMG_1.HEIC"\r\n\r\n'
    return ("".join(lines) + head).encode() + data + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"
