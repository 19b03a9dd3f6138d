"""What Lambda's Python runtime brings, apart from the environment that the tests run in."""

from importlib.util import find_spec
from pathlib import Path

# boto3, and what it needs itself.
PACKAGES = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six")


def link_into(folder: Path) -> None:
    """Make a folder that has these packages, and nothing more, to be put on the path of an interpreter."""
    for name in PACKAGES:
        spec = find_spec(name)
        assert spec
        assert spec.origin
        source = Path(spec.origin)
        source = source.parent if source.name == "__init__.py" else source
        (folder / source.name).symlink_to(source)
