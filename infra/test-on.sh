#!/usr/bin/env bash
# Run the tests on another Python, in an environment of its own: infra/test-on.sh 3.13
set -euo pipefail
cd "$(dirname "$0")/.."
version=$1
python=$(command -v "python$version" || ls -d "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python3 2>/dev/null | tail -n 1 || true)
if [ -z "$python" ]; then
  echo "Python $version is not here; install it (apt, pyenv) to try Lyspunkt on it. Left out."
  exit 0
fi
environment=".venv-$version"
if [ ! -e "$environment/.installed" ] || [ requirements.lock -nt "$environment/.installed" ]; then
  "$python" -m venv "$environment"
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
  touch "$environment/.installed"
fi
echo "== Python $version"
"$environment/bin/python" -m pytest -n 2
