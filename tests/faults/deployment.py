"""What template.yaml deploys: functions, and whatever calls them."""

from functools import cache, cached_property
from typing import Any

from tests.faults.cloudformation import Resolver, physical_name
from tests.faults.declared import Function, Mapping, Notification, Queue, Role, Rule, Schedule
from tests.support.readers import function_environment, template

# Short chunks, so that a clip of some seconds has several; and one such clip is processed at a time.
PARAMETERS = {
    "Access": "open",
    "ChunkSeconds": "4",
    "MaxUploadBytes": "5368709120",
    "MaxConcurrentMinutes": "1",
    # Nobody meets them, but what each upload counts is written and read.
    "OwnerMaxBytesPerDay": "1000000000000",
    "OwnerMaxConcurrent": "100",
}
_ASIDE = {"PageFunction", "PlaybackKeysFunction", "AuthorizerFunction"}
_MEMORY = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"


class Deployment:
    def __init__(self) -> None:
        self.resolve = Resolver(PARAMETERS)

    @cached_property
    def functions(self) -> dict[str, Function]:
        """By logical id, without those that no video is in need of: CloudFormation's, and the authorizer."""
        declared = template.of_type("AWS::Serverless::Function")
        called = {name: of for name, of in declared.items() if name not in _ASIDE}
        return {name: self._function(name, of) for name, of in called.items()}

    def _function(self, name: str, of: dict[str, Any]) -> Function:
        shared = template.load()["Globals"]["Function"]
        memory = str(self.resolve(of.get("MemorySize", shared["MemorySize"])))
        variables = function_environment.shared_variables() | function_environment.own_variables(name)
        config = of.get("EventInvokeConfig", {})
        failed = config.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        return Function(
            name=name,
            handler=of["Handler"],
            timeout_s=float(of.get("Timeout", shared["Timeout"])),
            environment={key: str(self.resolve(value)) for key, value in variables.items()}
            | {_MEMORY: memory},
            statements=self._statements_of(of),
            retries=int(config.get("MaximumRetryAttempts", 2)),
            on_failure=self._named(failed) if failed else None,
        )

    def _statements_of(self, function: dict[str, Any]) -> list[dict[str, Any]]:
        """Of a role that SAM makes of the function's policies, or of one that is declared."""
        if "Role" in function:
            return self._role(self._named(function["Role"])).statements
        policies = [policy for policy in function.get("Policies", []) if "Statement" in policy]
        return [entry for policy in policies for entry in self.resolve(policy["Statement"])]

    @cached_property
    def roles(self) -> dict[str, Role]:
        """Those that functions take."""
        return {name: self._role(name) for name in ("JobRole",)}

    def _role(self, name: str) -> Role:
        of = template.of_type("AWS::IAM::Role")[name]
        documents = [policy["PolicyDocument"] for policy in of["Policies"]]
        return Role(
            name,
            self.resolve(of["AssumeRolePolicyDocument"]["Statement"]),
            [entry for document in documents for entry in self.resolve(document["Statement"])],
        )

    @cached_property
    def queues(self) -> dict[str, Queue]:
        return {name: self._queue(name, of) for name, of in template.of_type("AWS::SQS::Queue").items()}

    def _queue(self, name: str, of: dict[str, Any]) -> Queue:
        redrive = of.get("RedrivePolicy", {})
        dead_letters = redrive.get("deadLetterTargetArn")
        return Queue(
            name=name,
            visibility_s=float(of.get("VisibilityTimeout", 30)),
            delay_s=float(of.get("DelaySeconds", 0)),
            dead_letters=self._named(dead_letters) if dead_letters else None,
            max_receives=int(redrive.get("maxReceiveCount", 0)),
        )

    @cached_property
    def mappings(self) -> list[Mapping]:
        return [
            self._mapping(name, of)
            for name, of in template.of_type("AWS::Lambda::EventSourceMapping").items()
        ]

    def _mapping(self, name: str, of: dict[str, Any]) -> Mapping:
        failed = of.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        filters = of.get("FilterCriteria", {}).get("Filters", [])
        return Mapping(
            name=name,
            function=self._named(of["FunctionName"]),
            source=self._named(of["EventSourceArn"]),
            batch=int(of.get("BatchSize", 10)),
            patterns=[self.resolve(each["Pattern"]) for each in filters],
            retries=int(of.get("MaximumRetryAttempts", -1)),
            max_age_s=float(of.get("MaximumRecordAgeInSeconds", 86_400)),
            on_failure=self._named(failed) if failed else None,
            lanes=int(of.get("ParallelizationFactor", 1)),
            reports_items="ReportBatchItemFailures" in of.get("FunctionResponseTypes", []),
        )

    @cached_property
    def rules(self) -> list[Rule]:
        return [
            Rule(function, self.resolve(event["Properties"]["Pattern"]))
            for function, event in self._events("EventBridgeRule")
        ]

    @cached_property
    def schedules(self) -> list[Schedule]:
        events = *self._events("Schedule"), *self._events("ScheduleV2")
        return [self._schedule(function, event["Properties"]) for function, event in events]

    @staticmethod
    def _schedule(function: str, of: dict[str, Any]) -> Schedule:
        return Schedule(
            function=function,
            period_s=_period_s(of.get("Schedule") or of["ScheduleExpression"]),
            payload=of.get("Input"),
        )

    def _events(self, kind: str) -> list[tuple[str, dict[str, Any]]]:
        return [
            (name, event)
            for name, of in template.of_type("AWS::Serverless::Function").items()
            for event in of.get("Events", {}).values()
            if event["Type"] == kind
        ]

    @cached_property
    def notifications(self) -> list[Notification]:
        return [
            self._notification(bucket, of)
            for bucket, declared in template.of_type("AWS::S3::Bucket").items()
            for of in declared.get("NotificationConfiguration", {}).get("QueueConfigurations", [])
        ]

    def _notification(self, bucket: str, of: dict[str, Any]) -> Notification:
        rules = {
            rule["Name"]: rule["Value"] for rule in of.get("Filter", {}).get("S3Key", {}).get("Rules", [])
        }
        return Notification(
            bucket=physical_name(bucket),
            event=of["Event"],
            queue=self._named(of["Queue"]),
            prefix=rules.get("prefix", ""),
            suffix=rules.get("suffix", ""),
        )

    @property
    def window_days(self) -> int:
        """For which a deletion can be undone."""
        return int(template.load()["Parameters"]["RestoreWindowDays"]["Default"])

    @cached_property
    def tables(self) -> dict[str, dict[str, Any]]:
        """The properties of DynamoDB's tables by logical id."""
        return template.of_type("AWS::DynamoDB::Table")

    @staticmethod
    def _named(reference: dict[str, Any]) -> str:
        """The logical id in a Ref or Fn::GetAtt."""
        [argument] = reference.values()
        return str(argument[0] if isinstance(argument, list) else argument).split(".")[0]


def _period_s(rate: str) -> float:
    number, unit = rate.removeprefix("rate(").removesuffix(")").split()
    return float(number) * {"minute": 60, "hour": 3600, "day": 86_400}[unit.rstrip("s")]


@cache
def deployment() -> Deployment:
    return Deployment()
