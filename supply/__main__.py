"""usage: python -m supply sbom ARCHITECTURE PYAV_WHEEL OUTPUT | python -m supply audit"""

import sys
from pathlib import Path

from supply.locks import ROOT


def main(arguments: list[str]) -> int:
    match arguments:
        case ["sbom", architecture, wheel, output]:
            from supply import sbom

            target = Path(output)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(sbom.document(ROOT, architecture, Path(wheel)))
            print(output)
            return 0
        case ["audit", *options]:
            from supply import audit

            return audit.main(options)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
