#!/usr/bin/env bash
# Build what template.yaml deploys, into .aws-sam/build: infra/build.sh [arm64|x86_64] [what sam build takes]
# The SAM command line needs other versions of boto3 and click than Lyspunkt, so it lives in .venv-sam.
set -euo pipefail
cd "$(dirname "$0")/.."
architecture=${1:-arm64}
(($#)) && shift

runtime=$(sed -nE '/^ *Runtime: *python/{s/^ *Runtime: *python([0-9.]+).*/\1/p;q}' template.yaml)
python=$(infra/find-python.sh "$runtime") || {
  echo "The functions run on Python $runtime, and SAM builds with that version. Install it (apt, pyenv) and try again." >&2
  exit 1
}

sam=.venv-sam
[[ -x $sam/bin/pip ]] || "$python" -m venv --clear "$sam"
if [[ ! $sam/.ready -nt infra/sam.lock ]]; then
  echo "Installing the SAM command line into $sam (half a minute the first time)"
  .venv/bin/uv pip install --quiet --python "$sam/bin/python" --require-hashes -r infra/sam.lock ||
    "$sam/bin/pip" install --quiet --require-hashes -r infra/sam.lock
  touch "$sam/.ready"
fi

# BuildArchitecture stands in metadata, which takes no parameter
template=template.yaml
if [[ $architecture != arm64 ]]; then
  template=.template-$architecture.yaml
  trap 'rm -f "$template"' EXIT
  sed "s/BuildArchitecture: arm64/BuildArchitecture: $architecture/" template.yaml > "$template"
fi

export SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION="${AWS_DEFAULT_REGION:-eu-north-1}" PATH="$(dirname "$python"):$PATH"
"$sam/bin/sam" build --template "$template" --cached --parallel --parameter-overrides "Architecture=$architecture" "$@"
echo
du -sh .aws-sam/build/*/ | sort -h
