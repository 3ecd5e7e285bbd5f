#!/usr/bin/env bash
# Builds the image from the wheel in dist/ and pushes it, with where it comes from and what it is made of attached.
set -euo pipefail
image="ghcr.io/${GITHUB_REPOSITORY,,}"
version=${GITHUB_REF_NAME#v}
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+[A-Za-z0-9.]*$ ]] || { echo "$GITHUB_REF_NAME names no version" >&2; exit 1; }

docker buildx build . --file .github/container/Dockerfile --pull --push \
  --build-arg "VERSION=$version" --build-arg "REVISION=$GITHUB_SHA" \
  --label "org.opencontainers.image.source=$GITHUB_SERVER_URL/$GITHUB_REPOSITORY" \
  --provenance mode=max --sbom true \
  --tag "$image:$version" --tag "$image:latest"
