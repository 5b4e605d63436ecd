"""Everything that an evaluation says, Lyspunkt's figures beside the bars and the peers."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from infra.evaluation import loading, peers
from infra.evaluation.bars import Row, headline, summary
from infra.evaluation.loading import Loading
from infra.evaluation.measure import Figures, counted, measure
from infra.evaluation.peers import Peer
from infra.evaluation.stories import Judged


class Beside(BaseModel):
    """A peer and its figures, where it answers at all."""

    model_config = ConfigDict(frozen=True)

    name: str
    about: str
    figures: Figures
    loading: Loading | None


class Report(BaseModel):
    """The figures, as tables or as JSON."""

    figures: Figures
    """As `measure` gives them."""
    summary: list[Row]
    loading: Loading
    peers: list[Beside]
    absent: list[str]
    """Why a peer is not there."""
    hardest: dict[str, list[Figures]] = {}
    """By `area` and `kind`, where they were asked for."""
    learning_curve: list[Figures] = []

    def as_json(self) -> dict[str, Any]:
        """The figures, and all the rest beside them."""
        return self.figures | self.model_dump(exclude={"figures"})


def report(judged: Sequence[Judged], *, with_peers: bool) -> Report:
    """Measure Lyspunkt, and the peers in the same run."""
    figures, loaded = measure(judged), loading.measure()
    figures["milliseconds"]["loading"] = loaded.first_text
    here, absent = peers.beside([one.label for one in judged]) if with_peers else ([], [])
    besides = [_beside(peer) for peer in here]
    return Report(
        figures=figures,
        summary=summary(
            headline(figures, loaded), {peer.name: headline(peer.figures, peer.loading) for peer in besides}
        ),
        loading=loaded,
        peers=besides,
        absent=absent,
    )


def _beside(peer: Peer) -> Beside:
    return Beside(name=peer.name, about=peer.about, figures=counted(peer.answers), loading=peer.loading)
