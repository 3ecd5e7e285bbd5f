#!/usr/bin/env bash
# sbom.sh DIST FILE: what the wheel in DIST is made of, with all its extras, as a CycloneDX document in FILE.
set -euo pipefail
dist=$1 file=$2

wheels=("$dist"/*.whl)
[ "${#wheels[@]}" -eq 1 ] || { echo "there is not one wheel in $dist" >&2; exit 1; }
extras=$(python3 - "${wheels[0]}" <<'PYTHON'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    (name,) = (one for one in wheel.namelist() if one.endswith(".dist-info/METADATA"))
    lines = wheel.read(name).decode().splitlines()
print(",".join(line.partition(": ")[2] for line in lines if line.startswith("Provides-Extra: ")))
PYTHON
)

room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
uv venv --quiet "$room/env"
uv pip install --quiet --python "$room/env" "sso-sync[$extras] @ file://$(realpath "${wheels[0]}")"
uvx --quiet --from 'cyclonedx-bom>=7,<8' cyclonedx-py environment \
  --pyproject pyproject.toml --output-reproducible --output-format JSON --output-file "$file" "$room/env"
