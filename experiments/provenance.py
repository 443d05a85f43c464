"""Which version of the engine gave an answer."""

from importlib.metadata import PackageNotFoundError, version

try:
    ENGINE_VERSION = version("apath")
except PackageNotFoundError:  # a source tree that was not installed
    ENGINE_VERSION = "0+unknown"
