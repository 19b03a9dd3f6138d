"""Lets mappings of DynamoDB streams deliver new records after a restart of the emulator.

MiniStack 1.5.33 saves how many records each mapping has read of a table's stream, but not the records. After
a restart the stream counts from 0, so a mapping that had read 57 records would skip the next 57. The saved
counts are therefore set to 0 while the emulator is down: every record written after the restart is delivered
once, and none from before is delivered again. The mappings keep their ids, so that the stack can still be
updated.
"""

import json
from pathlib import Path

from local.errors import LocalError

_KEY = "dynamodb_stream_positions"


def rewind(emulator_state: Path) -> None:
    """Sets every saved stream position to 0; without saved state there is nothing to do.

    Raises LocalError when the state is not laid out as MiniStack 1.5.33 does.
    """
    saved = emulator_state / "lambda.json"
    if not saved.exists():
        return
    try:
        document = json.loads(saved.read_text())
        positions = document["payload"][_KEY]["data"]
        document["payload"][_KEY]["data"] = dict.fromkeys(positions, 0)
    except (ValueError, KeyError, TypeError) as error:
        raise LocalError(f"{saved} has no payload.{_KEY}.data; `make clean` starts afresh") from error
    rewritten = saved.with_suffix(".rewound")
    rewritten.write_text(json.dumps(document))
    rewritten.replace(saved)
