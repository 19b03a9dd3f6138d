"""Which AWS calls and functions one request causes."""

import importlib
import os
import urllib.request
from contextlib import redirect_stdout
from unittest import mock

import boto3

from bench.pipeline import Pipeline
from tests.support import samples
from tests.support.system.aws_calls import listened
from tests.support.system.cloud import Cloud

_REQUESTS = 10  # enough to show a function that runs for some requests only


def of_path(cloud: Cloud, path: str) -> list[str]:
    """AWS calls of the streaming function for `path`: its deployed environment, but run in this process."""
    name = cloud.physical_id("StreamingFunction")
    deployed = cloud.functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    session = boto3.Session()
    with (
        mock.patch.dict(os.environ, deployed | {"AWS_ENDPOINT_URL": cloud.endpoint}),
        mock.patch.object(boto3, "DEFAULT_SESSION", session),
        listened(session) as calls,
        redirect_stdout(None),  # its log
    ):
        handler = importlib.reload(importlib.import_module("streaming.handler"))
        answer = handler.lambda_handler(samples.event("rest-stream-ready") | {"path": path}, None)
    if answer["statusCode"] != 200:
        raise RuntimeError(f"{path} answered {answer['statusCode']}: {answer['body']}")
    return list(calls)


def functions_per_request(pipeline: Pipeline, path: str) -> float:
    """Lambda functions that run for one request through the edge, counted by the starts that they log."""
    before = pipeline.cloud.function_starts()
    for _ in range(_REQUESTS):
        with urllib.request.urlopen(f"{pipeline.running.edge_url}{path}") as answer:  # noqa: S310  it is http
            answer.read()
    return (pipeline.cloud.function_starts() - before) / _REQUESTS
