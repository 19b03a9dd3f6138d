"""What the page is told of its deployment: an object beside its files, for all to read."""

import json
from collections.abc import Mapping
from typing import Any, Final

from reelway.ports.storage import Bucket

KEY: Final = "app/config.json"
# As the resource in the template has them.
_PROPERTIES = ("Access", "Issuer", "ClientId", "Audience", "Scopes")


def write_configuration(properties: Mapping[str, Any], site: Bucket) -> str:
    """Put the properties under the names that the page has for them, such as clientId for ClientId.

    Returns the key.
    """
    told = {name[0].lower() + name[1:]: properties[name] for name in _PROPERTIES}
    site.put(KEY, json.dumps(told).encode(), content_type="application/json", cache_control="no-cache")
    return KEY
