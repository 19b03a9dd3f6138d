"""usage: python -m reelway.probing probe|measure JOB, where JOB is `{url, pixels, streams, ca_file}` in JSON.

`probe` prints the JSON document of `document.document_of`; `measure` a line for each stream,
'index end_s'. What libav complains of is on stderr. Exit codes: 0; 4 when the file cannot be read; 3 when the
server cannot; 1 is Python's own, when this program is broken.
"""

import json
import sys
from typing import Any

from av.container import InputContainer

from reelway.probing.complaints import complain_on_stderr
from reelway.probing.document import document_of
from reelway.probing.edit_lists import check_edits
from reelway.probing.guarded import opened
from reelway.probing.packets import ends_s
from reelway.probing.ranged_file import open_upload

_UNREADABLE, _UNREACHABLE = 4, 3


def main(task: str, job: dict[str, Any]) -> int:
    """Do the task and print its result; returns the exit code."""
    complain_on_stderr()
    with open_upload(job["url"], job["ca_file"]) as file:
        try:
            check_edits(file)
            with opened(file, pixels=job["pixels"], streams=job["streams"]) as container:
                result = _measured(container) if task == "measure" else json.dumps(document_of(container))
        except Exception as error:  # a hostile file may lead to any; a broken installation fails at imports
            result = None
            print(file.fault or error, file=sys.stderr)
    if file.fault:
        return _UNREACHABLE
    if result is None:
        return _UNREADABLE
    print(result)
    return 0


def _measured(container: InputContainer) -> str:
    return "\n".join(f"{index} {end_s:.6f}" for index, end_s in ends_s(container).items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], json.loads(sys.argv[2])))
