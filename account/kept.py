"""What a deleted stack has left behind on purpose: both buckets of videos, and the table of their records."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from account import aws


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource that the template keeps: what identifies it, and make's variable that names one."""

    logical_id: str
    type: str
    identifier: str
    variable: str


KEPT = (
    Resource("UploadsBucket", "AWS::S3::Bucket", "BucketName", "UPLOADS_BUCKET"),
    Resource("MediaBucket", "AWS::S3::Bucket", "BucketName", "MEDIA_BUCKET"),
    Resource("VideosTable", "AWS::DynamoDB::Table", "TableName", "VIDEOS_TABLE"),
)
Found = Mapping[str, list[str]]
"""For each logical id, the names of resources that are there and belong to no stack of the given name."""


def find(stack: str, region: str) -> Found:
    """By name: CloudFormation calls a resource `<stack>-<logical id>-<random>`, a bucket in lower case.

    It cuts the names of buckets at 63 characters, so those of stacks with a long name are not found.
    Raises ClientError or BotoCoreError.
    """
    owned = _owned(stack, region)
    there = {"AWS::S3::Bucket": _buckets(stack, region), "AWS::DynamoDB::Table": _tables(region)}
    return {
        resource.logical_id: [
            name
            for name in sorted(there[resource.type])
            if name.lower().startswith(f"{stack}-{resource.logical_id}-".lower()) and name not in owned
        ]
        for resource in KEPT
    }


def told(found: Found) -> str:
    return ", ".join(name for names in found.values() for name in names)


def _owned(stack: str, region: str) -> set[str]:
    """What the present stack of that name has; nothing if there is none."""
    formation = aws.client("cloudformation", region)
    try:
        pages = list(formation.get_paginator("list_stack_resources").paginate(StackName=stack))
    except ClientError as error:
        if aws.code_of(error) == "ValidationError":
            return set()
        raise
    summaries = [summary for page in pages for summary in page["StackResourceSummaries"]]
    return {summary["PhysicalResourceId"] for summary in summaries if "PhysicalResourceId" in summary}


def _buckets(stack: str, region: str) -> list[str]:
    """Names of the region's buckets that begin with the stack's."""
    pages = (
        aws.client("s3", region)
        .get_paginator("list_buckets")
        .paginate(Prefix=f"{stack}-".lower(), BucketRegion=region)
    )
    return [bucket["Name"] for page in pages for bucket in page.get("Buckets", [])]


def _tables(region: str) -> list[str]:
    pages: Any = aws.client("dynamodb", region).get_paginator("list_tables").paginate()
    return [name for page in pages for name in page["TableNames"]]
