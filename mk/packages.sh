#!/bin/sh
# packages.sh package...: see that Debian packages are there.  Root gets
# them installed; anybody else is told, in one line, what to install.
set -u

if ! command -v dpkg-query >/dev/null; then
	echo "packages.sh: no dpkg here; make sure there are: $*" >&2
	exit 0
fi

missing() {
	have=$(dpkg-query -W -f '${db:Status-Abbrev}${binary:Package}\n' |
	    sed -n 's/^ii *\([^:]*\).*/\1/p')
	for p in "$@"; do
		printf '%s\n' "$have" | grep -qxF "$p" || printf '%s ' "$p"
	done
}

want=$(missing "$@")
[ -n "$want" ] || exit 0
if [ "$(id -u)" -ne 0 ]; then
	echo "missing packages: sudo apt-get install ${want% }" >&2
	exit 2
fi

echo "installing Debian packages: $want" >&2
get() {
	DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
	    -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "$@" </dev/null >&2
}
# The package lists are fetched only if the ones here do not do.
# shellcheck disable=SC2086
get install --no-install-recommends $want 2>/dev/null || {
	get update && get install --no-install-recommends $want
} || {
	echo "packages.sh: apt-get failed; install by hand: $want" >&2
	exit 2
}
want=$(missing "$@")
[ -z "$want" ] || { echo "packages.sh: still missing: $want" >&2; exit 2; }
