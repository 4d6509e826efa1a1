"""The version of the model: the package's, the parameters' and the reforms', which go together."""

__version__ = "0.8.0"
RELEASED = "2026-11-30"


def model_version() -> str:
    """The version that results and run records name, such as ``0.1.0``."""
    return __version__
