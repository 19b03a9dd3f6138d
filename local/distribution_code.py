"""Writes the distribution's functions, distribution/*.js, into template.yaml, or checks that they are in it.

CloudFormation takes a CloudFront function only as text in the template, where formatters and linters do not
see it.

    python -m local.distribution_code           rewrites template.yaml
    python -m local.distribution_code --check   fails if that would change it
"""

import re
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[1]
# The line that names the file, and the indented block below it.
_BLOCK = re.compile(
    r"(?P<head>^(?P<indent> *)FunctionCode: (?:!Sub )?\| # (?P<file>distribution/[\w-]+\.js)\b.*\n)"
    r"(?:(?P=indent)  .*\n|\n(?=\n*(?P=indent)  ))*",
    re.MULTILINE,
)


def with_functions(template: str, root: Path) -> str:
    """The template with the code of every function taken from its file under `root`."""

    def block(match: re.Match[str]) -> str:
        indent = match["indent"] + "  "
        lines = (root / match["file"]).read_text().splitlines()
        return match["head"] + "".join(f"{indent}{line}".rstrip() + "\n" for line in lines)

    return _BLOCK.sub(block, template)


def main(arguments: list[str], root: Path = _ROOT) -> int:
    path = root / "template.yaml"
    template = path.read_text()
    wanted = with_functions(template, root)
    if arguments != ["--check"]:
        path.write_text(wanted)
    elif template != wanted:
        print("template.yaml does not have the functions of distribution/*.js; run `make template`")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
