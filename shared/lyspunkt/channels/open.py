"""The channel of an id, as the organisation has set it up."""

from __future__ import annotations

from lyspunkt.channels.channel import Channel, ChannelError
from lyspunkt.newsroom.organisation import Organisation, SiteChannel


def open_channel(channel_id: str, organisation: Organisation) -> Channel:
    """The adapter, with only its own module loaded; raises ChannelError for a channel that is no more."""
    setup = organisation.channel(channel_id)
    if setup is None:
        raise ChannelError("channel-unknown", retry=False)
    if isinstance(setup, SiteChannel):
        from lyspunkt.channels.site import Site

        return Site(organisation)
    from lyspunkt.channels.mail import MailingList

    return MailingList(setup, organisation)
