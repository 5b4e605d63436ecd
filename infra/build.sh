#!/usr/bin/env bash
# Build what is deployed, into .aws-sam/build: infra/build.sh [arm64|x86_64]
# SAM lives in an environment of its own, for it wants older versions of what Lyspunkt uses.
set -euo pipefail
cd "$(dirname "$0")/.."
architecture=${1:-arm64}
python=$(command -v python3.13 || ls -d "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13.*/bin/python3.13 2>/dev/null | tail -n 1 || true)
if [ -z "$python" ] || ! "$python" --version >/dev/null 2>&1; then
  python=$(ls -d "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13.*/bin/python3.13 2>/dev/null | tail -n 1 || true)
fi
if [ -z "$python" ]; then
  echo "The template's runtime is python3.13, and SAM builds with it. Install Python 3.13 (apt, pyenv, python.org) and try again." >&2
  exit 1
fi
PATH="$(dirname "$python"):$PATH"
export PATH SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION="${AWS_DEFAULT_REGION:-eu-north-1}"
if [ ! -x .venv-sam/bin/sam ]; then
  echo "Installing SAM into .venv-sam (a minute the first time) ..."
  "$python" -m venv .venv-sam
  .venv-sam/bin/python -m pip install --quiet --disable-pip-version-check aws-sam-cli==1.170.0
fi
template=template.yaml
if [ "$architecture" != arm64 ]; then
  template=.template-$architecture.yaml
  sed "s/BuildArchitecture: arm64/BuildArchitecture: $architecture/" template.yaml > "$template"
  trap 'rm -f "$template"' EXIT
fi
.venv-sam/bin/sam build --template "$template" --parallel --cached --parameter-overrides "Architecture=$architecture"
echo
du -sh .aws-sam/build/* | sort -h
