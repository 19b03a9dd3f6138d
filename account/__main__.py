"""`python -m account doctor|prepare|deploy|restore|retry|undelete`, for make, which sets the environment.

BUILT names a built template other than that of `make build`.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from account import (
    aws,
    choices,
    deploying,
    doctor,
    findings,
    guide,
    kept,
    restoring,
    retrying,
    stacks,
    template,
    undeleting,
)
from account.choices import Choices
from account.errors import AccountError

CHECKOUT = Path(__file__).resolve().parent.parent
_SOURCE = CHECKOUT / "template.yaml"
_BUILT = CHECKOUT / ".aws-sam" / "build" / "template.yaml"


def main(arguments: list[str]) -> int:
    actions = {
        "doctor": _doctor,
        "prepare": _prepare,
        "deploy": _deploy,
        "restore": _restore,
        "retry": _retry,
        "undelete": _undelete,
    }
    try:
        chosen = choices.load(CHECKOUT, os.environ, template.read(_SOURCE))
        return actions[arguments[0]](chosen)
    except AccountError as error:
        print(error, file=sys.stderr)
    except aws.ERRORS as error:
        print(*filter(None, aws.explain(error)), sep="; ", file=sys.stderr)
    except (KeyboardInterrupt, EOFError):
        print("\nNothing was changed.", file=sys.stderr)
    return 1


def _doctor(chosen: Choices) -> int:
    """Prints the findings; 1 if a deploy would fail."""
    found = doctor.examine(CHECKOUT, chosen, template.read(_SOURCE))
    print(findings.report(found))
    return int(findings.have_failed(found))


def _prepare(chosen: Choices) -> int:
    """What comes before the build: the questions of a first deploy, and the doctor."""
    if _asks(os.environ):
        chosen = _guided(chosen)
    if os.environ.get("DOCTOR") == "skip":
        return 0
    return _doctor(chosen)


def _guided(chosen: Choices) -> Choices:
    """Asks at the first deploy from this checkout only, and keeps what was chosen for the later ones."""
    path = choices.file_of(CHECKOUT, chosen.environment)
    if not path.exists():
        where = path.relative_to(CHECKOUT)
        print(f"First deploy of {chosen.environment} from here; answers are kept in {where}.")
        chosen = guide.ask_for(chosen, template.read(_SOURCE), guide.on_terminal)
    choices.keep(CHECKOUT, chosen)
    return chosen


def _deploy(chosen: Choices) -> int:
    built = Path(os.environ.get("BUILT") or _BUILT)
    print(deploying.deploy(CHECKOUT, chosen, built=built, confirm=_asks(os.environ)))
    return 0


def _restore(chosen: Choices) -> int:
    """Attaches what an earlier stack has left; the deploy that makes the rest comes afterwards."""
    named = {resource.logical_id: os.environ.get(resource.variable, "") for resource in kept.KEPT}
    earlier = os.environ.get("FROM") or chosen.stack
    for name in restoring.restore(chosen, template.read(_SOURCE), earlier=earlier, named=named):
        print(f"attached {name}")
    return 0


def _retry(chosen: Choices) -> int:
    """1 unless everything that failed is processed again."""
    outputs = _outputs(chosen)
    records = retrying.VideoRecords(aws.client("dynamodb", str(chosen.region)), outputs["VideosTableName"])
    return retrying.run(records, outputs["Url"], os.environ, _confirms)


def _undelete(chosen: Choices) -> int:
    """1 unless everything that was deleted comes back."""
    table = _outputs(chosen)["VideosTableName"]
    tombstones = undeleting.Tombstones(aws.client("dynamodb", str(chosen.region)), table)
    return undeleting.run(tombstones, os.environ, _confirms)


def _outputs(chosen: Choices) -> dict[str, str]:
    """Raises AccountError if there is no such stack."""
    region = str(chosen.region)
    stack = stacks.describe(chosen.stack, region)
    if stack is None:
        raise AccountError(
            f"there is no stack {chosen.stack} in {region}; ENV=, STACK= or REGION= name another"
        )
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _confirms(question: str) -> bool:
    return not _asks(os.environ) or input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def _asks(environ: Mapping[str, str]) -> bool:
    """Whether a person is asked. Raises AccountError if one should be, and there is no terminal."""
    if environ.get("CONFIRM") == "no":
        return False
    if not sys.stdin.isatty():
        raise AccountError("there is no terminal to ask on; CONFIRM=no goes on without asking")
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
