"""The services that pip-audit and npm ask about vulnerabilities, on loopback.

OSV's: https://google.github.io/osv.dev/post-v1-query/. npm's takes names with their versions, and answers the
advisories about these names: https://docs.npmjs.com/cli/v11/commands/npm-audit#bulk-advisory-endpoint
"""

import gzip
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.support.doubles.faulty_servers import serving

Known = Mapping[tuple[str, str], str]  # the advisory's id by package and version


@dataclass(slots=True)
class Services:
    """`asked` are the (package, version) that were asked about."""

    url: str = ""
    asked: set[tuple[str, str]] = field(default_factory=set)

    @property
    def options(self) -> list[str]:
        return ["--osv-url", f"{self.url}/v1/query", "--npm-registry", self.url]


@contextmanager
def advisory_services(known: Known) -> Iterator[Services]:
    services = Services()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            asked = json.loads(body)
            answer = _osv(asked) if self.path == "/v1/query" else _npm(asked)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            pass

    def _osv(asked: dict[str, Any]) -> dict[str, Any]:
        key = asked["package"]["name"], asked["version"]
        services.asked.add(key)
        return {"vulns": [_osv_entry(known[key], *key)]} if key in known else {}

    def _npm(asked: dict[str, list[str]]) -> dict[str, Any]:
        pairs = {(name, version) for name, versions in asked.items() for version in versions}
        services.asked |= pairs
        return {name: [_npm_entry(known[name, version], version)] for name, version in pairs & {*known}}

    with serving(Handler) as url:
        services.url = url
        yield services


def _osv_entry(identity: str, name: str, version: str) -> dict[str, Any]:
    return {
        "id": identity,
        "aliases": [f"CVE-of-{identity}"],
        "summary": "made for a test",
        "affected": [
            {
                "package": {"name": name, "ecosystem": "PyPI"},
                "versions": [version],
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "999"}]}],
            }
        ],
    }


def _npm_entry(identity: str, version: str) -> dict[str, Any]:
    return {
        "id": 1,
        "url": f"https://advisories.example/{identity}",
        "title": "made for a test",
        "severity": "high",
        "vulnerable_versions": version,
        "cwe": [],
        "cvss": {"score": 0, "vectorString": None},
    }
