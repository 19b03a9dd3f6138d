"""Who deploys, and where: credentials and region."""

import botocore.session
from botocore.exceptions import UnknownRegionError

from account import aws
from account.findings import Finding, failed, ok, warning

_WITHOUT_CLOUDFRONT = {
    "aws-cn": "China, whose CloudFront has no addresses of its own and no origin access control",
    "aws-us-gov": "GovCloud, which has no CloudFront",
}
_SUBJECT = "region"


def region_finding(region: str | None) -> Finding:
    """Whether Reelway can run in the region."""
    if not region:
        return failed(_SUBJECT, "no region is chosen", "REGION=eu-central-1, or aws configure set region …")
    session = botocore.session.Session()
    try:
        partition = session.get_partition_for_region(region)
    except UnknownRegionError:
        return failed(_SUBJECT, f"{region} is no AWS region", "choose another with REGION=…")
    if partition != "aws":
        where = _WITHOUT_CLOUDFRONT.get(partition, f"the partition {partition}, which has no CloudFront")
        return failed(
            _SUBJECT,
            f"{region} is in {where}; everything of Reelway is behind one distribution",
            "choose a region of the standard partition with REGION=…; see docs/deploy.md#regions",
        )
    if region not in session.get_available_regions("lambda"):
        return warning(_SUBJECT, f"{region} is newer than this checkout's list of regions with Lambda")
    return ok(_SUBJECT, region)


def identity_finding(region: str) -> Finding:
    """Whether AWS knows the credentials, and as whom."""
    try:
        identity = aws.client("sts", region).get_caller_identity()
    except aws.ERRORS as error:
        return failed("credentials", *aws.explain(error))
    return ok("credentials", f"account {identity['Account']}, as {identity['Arn']}")
