#!/usr/bin/env bash
# Run the tests on another Python, in an environment of its own: infra/test-on.sh 3.13 [what pytest takes]
# Where that Python is not installed, say so and leave it out.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$1
shift

python=$(infra/find-python.sh "$version") || {
  echo "Python $version is not here, so it is left out. Install it (apt, pyenv) to try Lyspunkt on it."
  exit 0
}
here=.venv-$version
[[ -x $here/bin/pip ]] || "$python" -m venv --clear "$here"
if [[ ! $here/.ready -nt requirements.lock || ! $here/.ready -nt pyproject.toml ]]; then
  .venv/bin/uv pip install --quiet --python "$here/bin/python" --require-hashes -r requirements.lock ||
    "$here/bin/pip" install --quiet --require-hashes -r requirements.lock
  "$here/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
  touch "$here/.ready"
fi
echo "== $("$here/bin/python" --version)"
"$here/bin/python" -m pytest -n auto --dist worksteal "$@"
