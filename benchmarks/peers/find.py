"""Fetching a peer, if it is there."""

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType

PACKAGES = {
    "cynetdiff": "cynetdiff", "starsim": "starsim", "networkx": "networkx", "ndlib": "ndlib", "mesa": "Mesa",
    "numpy": "numpy", "mesa_frames": "mesa-frames",
}  # fmt: skip


class PeerMissingError(Exception):
    """A peer that is not installed."""


def peer(name: str) -> ModuleType:
    """The module of a peer.

    Args:
        name: as in :data:`PACKAGES`.

    Raises:
        PeerMissingError: it, or something that it needs, is not installed.
    """
    try:
        return import_module(f"benchmarks.peers.{name}")
    except ImportError as error:
        raise PeerMissingError(f"{PACKAGES[name]} is not installed ({error})") from error


def label(name: str) -> str:
    """The peer with its version.

    Args:
        name: as in :data:`PACKAGES`.
    """
    try:
        return f"{PACKAGES[name]} {version(PACKAGES[name])}"
    except PackageNotFoundError:
        return PACKAGES[name]
