"""What the template becomes for given parameters: its conditions are decided."""

from typing import Any

from tests.support.readers import template

_NO_VALUE = {"Ref": "AWS::NoValue"}


class Deployed:
    """A deployment in us-east-1 with these parameters, and the defaults of all others."""

    def __init__(self, region: str = "us-east-1", **parameters: str) -> None:
        declared = template.load()["Parameters"]
        assert set(parameters) <= set(declared)
        defaults = {name: str(entry["Default"]) for name, entry in declared.items()}
        self._values = {**defaults, **parameters, "AWS::Region": region}

    def resources(self) -> dict[str, Any]:
        """All resources that are made."""
        found = template.load()["Resources"].items()
        return {name: self.resolve(entry) for name, entry in found if self._is_made(entry)}

    def properties(self, logical_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.resources()[logical_id]["Properties"]
        return found

    def resolve(self, node: Any) -> Any:
        if isinstance(node, list):
            return [value for value in map(self.resolve, node) if value != _NO_VALUE]
        if not isinstance(node, dict):
            return node
        if "Fn::If" in node:
            condition, on, off = node["Fn::If"]
            return self.resolve(on if self.holds(condition) else off)
        if node.get("Ref") in self._values:
            return self._values[node["Ref"]]
        if "Fn::Split" in node:
            separator, text = self.resolve(node["Fn::Split"])
            return text.split(separator) if isinstance(text, str) else node
        if "Fn::Select" in node:
            index, values = self.resolve(node["Fn::Select"])
            return values[index] if isinstance(values, list) else node
        resolved = {name: self.resolve(value) for name, value in node.items()}
        return {name: value for name, value in resolved.items() if value != _NO_VALUE}

    def holds(self, condition: str) -> bool:
        return self._is_true(template.load()["Conditions"][condition])

    def _is_made(self, resource: dict[str, Any]) -> bool:
        return "Condition" not in resource or self.holds(resource["Condition"])

    def _is_true(self, node: dict[str, Any]) -> bool:
        [(operator, operands)] = node.items()
        if operator == "Condition":
            return self.holds(operands)
        if operator == "Fn::Not":
            return not self._is_true(operands[0])
        if operator == "Fn::And":
            return all(map(self._is_true, operands))
        assert operator == "Fn::Equals", operator
        one, other = (str(self.resolve(operand)) for operand in operands)
        return one == other


def rules_of(bucket: dict[str, Any], **parameters: str) -> list[dict[str, Any]]:
    """The lifecycle rules of a bucket's properties as they are for these parameters."""
    rules: list[dict[str, Any]] = Deployed(**parameters).resolve(bucket["LifecycleConfiguration"]["Rules"])
    return rules
