#!/usr/bin/env bash
# Everything that is checked without running the tests. Each step says its name; the first fault stops.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
step() { printf '== %s\n' "$*"; }

step "lint and format"
ruff check .
ruff format --check .
djlint --lint --quiet ./*/templates
step "types"
mypy .
step "layers and circles"
lint-imports --no-cache >/dev/null || lint-imports --no-cache
step "missing migrations"
python manage.py makemigrations --check --dry-run --settings site_config.settings.test
step "migrations that a running site could not bear"
python manage.py lintmigrations --settings site_config.settings.test >/dev/null ||
  python manage.py lintmigrations --settings site_config.settings.test
step "deployment settings"
GUBEN_DATA="$(mktemp -d)" GUBEN_SECRET_KEY="$(head -c 60 /dev/urandom | base64 | tr -d '\n')" GUBEN_HOSTS=example.org \
  python manage.py check --deploy --fail-level WARNING --settings site_config.settings.production
step "translations complete"
python manage.py update_messages --check --settings site_config.settings.test
echo "All checks passed."
