"""The names that template.yaml hands us, read and checked once."""

import os
from functools import cache

from pydantic import BaseModel, ConfigDict, ValidationError


class Settings(BaseModel):
    """Each field is an environment variable of the template's Globals: `table` is LYSPUNKT_TABLE."""

    model_config = ConfigDict(frozen=True)

    table: str
    bus: str
    raw_bucket: str
    pictures_bucket: str
    site_bucket: str
    publish_queue_url: str
    publish_queue_arn: str
    schedule_group: str
    scheduler_role_arn: str
    link_key_secret: str
    webhook_secret: str
    """Name of the secret that holds {SOURCE: [secret, older secret]}."""
    address: str
    """Where mailed links begin, without a slash at the end: https://lyspunkt.example."""
    site_address: str
    """Where the public story site begins, without a slash at the end."""
    upload_address: str = ""
    """Where browsers post files to, without a slash at the end; empty: straight to the bucket's own address."""
    mail_domain: str
    """The verified SES domain that letters come from and stories are mailed to."""


class NotConfigured(RuntimeError):
    """A name is missing; the message says which."""


@cache
def settings() -> Settings:
    """The settings of this function; raises NotConfigured naming each variable that is missing."""
    given = {
        name: os.environ[f"LYSPUNKT_{name.upper()}"]
        for name in Settings.model_fields
        if os.environ.get(f"LYSPUNKT_{name.upper()}")
    }
    try:
        return Settings(**given)
    except ValidationError as wrong:
        missing = ", ".join(f"LYSPUNKT_{str(error['loc'][0]).upper()}" for error in wrong.errors())
        raise NotConfigured(f"set {missing} in the function's environment (template.yaml, Globals)") from None
