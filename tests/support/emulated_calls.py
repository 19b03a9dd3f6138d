"""Calls functions as the emulator does, without serving anything.

A program of its own, because the emulator leaves pipes of its workers open. It reads calls as JSON
(`[{code, event, timeout_s}]`) and prints the answers. With `--plain` errors keep the emulator's names.
"""

import io
import json
import subprocess
import sys
import zipfile
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local import named_errors
from local.settings import CHECKOUT

REQUEST_ID = "request-1"
_JSON = dict[str, Any]


def answers_of(calls: list[_JSON], *options: str) -> list[_JSON]:
    """The answers of a program of its own."""
    command = [sys.executable, "-m", __name__, *options]
    given = json.dumps(calls)
    printed = subprocess.run(command, input=given, capture_output=True, text=True, check=True, cwd=CHECKOUT)
    return list(json.loads(printed.stdout))


def _answer(code: str, event: Any, timeout_s: int) -> _JSON:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("handler.py", code)
    config = {
        "FunctionName": f"called-{timeout_s}-{hash(code)}",
        "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:called",
        "Handler": "handler.lambda_handler",
        "Runtime": "python3.13",
        "Timeout": timeout_s,
    }
    function = {"config": config, "code_zip": packed.getvalue()}
    return dict(lambda_svc._execute_function_warm(function, event, REQUEST_ID))


if __name__ == "__main__":
    if "--plain" not in sys.argv:
        named_errors.install()
    answers = [_answer(**call) for call in json.load(sys.stdin)]
    lambda_runtime.reset()
    print(json.dumps(answers))
