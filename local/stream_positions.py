"""Makes DynamoDB stream mappings deliver again after the emulator was restarted.

MiniStack 1.5.33 saves how far each mapping has read a table's stream, as a count of records since the stream
began, but not the records. The restarted stream counts from 0, so a mapping that had read 57 records skips
the next 57. Setting the saved counts to 0 while the emulator is down is exact: every record written after the
restart is delivered once, none from before is delivered again, and each mapping keeps its id, so that the
stack can still be updated.
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
