"""The largest mail that SES takes, read by the mail function's own code in a process of its own: memory and time.

Linux counts a process's peak by itself (VmHWM); what a shell calls its maximum begins with that of its parent.

https://docs.aws.amazon.com/ses/latest/dg/quotas.html: 40 MB a message, its encoding included.
"""

from __future__ import annotations

import base64
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from infra.local.runtime import TEMPLATE
from infra.local.template import load

MEGABYTE = 1024 * 1024
SIZE = 40 * MEGABYTE
PICTURES = 8
FUNCTION = "ReceiveMail"
_CODE = """
import importlib.util, json, re, time
def peak(): return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
spec = importlib.util.spec_from_file_location("handler", {handler!r})
module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module)
import boto3; boto3.client("s3")
from lyspunkt.mailroom.read import read
before = peak()
raw = open({mail!r}, "rb").read()
began = time.perf_counter()
mail = read(raw, our_domain="lyspunkt.lyngvig.example")
took = time.perf_counter() - began
print(json.dumps({{"seconds": took, "before": before, "peak": peak(), "pictures": len(mail.pictures)}}))
"""


class LargestMail(BaseModel):
    """What reading it takes, beside what the template gives the function. Megabytes, and seconds."""

    model_config = ConfigDict(frozen=True)

    megabytes: float
    seconds: float
    idle: float
    """Before the mail is fetched: Python, the SDK and the function itself."""
    peak: float
    memory: int
    """The function's MemorySize."""
    timeout: int


def measure() -> LargestMail:
    """Write the mail to a file, read it in a fresh process; raises RuntimeError where its pictures do not come out."""
    resource = load(TEMPLATE).resources[FUNCTION]
    raw = largest_mail()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mail"
        path.write_bytes(raw)
        handler = TEMPLATE.parent / "functions" / "receive_mail" / "handler.py"
        environment = {
            "AWS_DEFAULT_REGION": "eu-north-1",
            "PATH": os.environ.get("PATH", ""),
            "POWERTOOLS_SERVICE_NAME": "x",
        }
        code = _CODE.format(handler=str(handler), mail=str(path))
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    found = json.loads(done.stdout.strip().splitlines()[-1])
    if found["pictures"] != PICTURES:
        raise RuntimeError(f"{found['pictures']} of {PICTURES} pictures came out of the largest mail")
    return LargestMail(
        megabytes=round(len(raw) / MEGABYTE, 1),
        seconds=round(found["seconds"], 2),
        idle=round(found["before"]),
        peak=round(found["peak"]),
        memory=int(resource.properties["MemorySize"]),
        timeout=int(resource.properties["Timeout"]),
    )


def largest_mail() -> bytes:
    """A mail of SIZE bytes, less a few: a text and PICTURES pictures, which are what such mails are made of."""
    noise = random.Random(1)  # noqa: S311 - the same mail each time
    head = (
        "From: laerer@lyngvig.example\r\nTo: historier@lyspunkt.lyngvig.example\r\nSubject: Skoven bag hallen\r\n"
        "Message-ID: <largest@lyngvig.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="part"\r\n\r\n'
        "--part\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        "Skolens elever har plantet en skov bag hallen.\r\n"
    )
    room = (SIZE - len(head) - PICTURES * 300) // PICTURES
    data = room * 76 // 78 * 3 // 4
    parts = [head.encode()]
    for number in range(1, PICTURES + 1):
        picture = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + noise.randbytes(data - 12)
        parts.append(
            f'--part\r\nContent-Type: image/jpeg; name="IMG_{number}.jpg"\r\n'
            f'Content-Disposition: attachment; filename="IMG_{number}.jpg"\r\n'
            "Content-Transfer-Encoding: base64\r\n\r\n".encode()
        )
        parts.append(base64.encodebytes(picture).replace(b"\n", b"\r\n"))
    parts.append(b"--part--\r\n")
    return b"".join(parts)
