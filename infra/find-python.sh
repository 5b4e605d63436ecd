#!/usr/bin/env bash
# Print where Python VERSION is, on the PATH or under pyenv; exit 1 where it is neither.
set -euo pipefail
version=$1
for python in "$(command -v "python$version" || true)" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$version".*/bin/python"$version"; do
  # pyenv's shim stands on the PATH also where its version is not chosen, and then fails
  if [[ -x $python ]] && "$python" -c '' 2>/dev/null; then
    echo "$python"
    exit 0
  fi
done
exit 1
