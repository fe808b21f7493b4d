#!/usr/bin/env bash
# The package: built, installed below a folder, tried, upgraded over a changed
# configuration, and purged. Exit code 77: something that it needs is missing.
#
# usage: package_test.sh BUILD_DIR
set -euo pipefail

readonly build=$1
for tool in dpkg dpkg-deb dpkg-shlibdeps cpack; do
  if ! command -v "$tool" >/dev/null; then
    echo "skipped: there is no $tool; install dpkg-dev and cmake"
    exit 77
  fi
done
if ((EUID != 0)); then
  echo "skipped: dpkg sets owners, which only root may"
  exit 77
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/concordat-package.XXXXXX")
readonly folder root=$folder/root
server=
finish() {
  [[ -z $server ]] || kill "$server" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT

fail() {
  printf 'FAIL: %s\n' "$*" >&2
  exit 1
}

# dpkg below a folder, with maintainer scripts that respect DPKG_ROOT; what the
# package depends on is installed on the machine itself.
below() {
  dpkg --instdir="$root" --admindir="$root/var/lib/dpkg" \
    --force-script-chrootless --force-depends --force-confold \
    --log="$folder/dpkg.log" "$@" >"$folder/said" 2>&1 ||
    { cat "$folder/said"; fail "dpkg $1 failed"; }
}

(cd "$build" && cpack -G DEB -B "$folder/packages" >"$folder/cpack.log" 2>&1) ||
  { cat "$folder/cpack.log"; fail "the package cannot be made"; }
package=$(echo "$folder"/packages/concordat_*.deb)
[[ -f $package ]] || fail "there is no package"

depends=$(dpkg-deb -f "$package" Depends)
[[ $depends == *libgrpc++1.51* && $depends == *libcjose0* ]] ||
  fail "it does not depend on what it is linked with: $depends"

mkdir -p "$root"/var/lib/dpkg/{info,updates} "$root/etc"
touch "$root/var/lib/dpkg/status" "$root/var/lib/dpkg/available"
below -i "$package"
for file in usr/bin/concordatd usr/bin/concordat \
  lib/systemd/system/concordat.service etc/concordat/callers.yaml \
  etc/default/concordat usr/share/man/man8/concordatd.8 \
  usr/share/man/man1/concordat.1 usr/share/man/man5/concordat-callers.5 \
  usr/share/concordat/vocabularies/retail.yaml \
  usr/share/concordat/proto/concordat/v1/claims.proto; do
  [[ -e $root/$file || -e $root/usr/$file ]] || fail "$file is missing"
done

# As its unit starts it, but for the folders.
# shellcheck source=/dev/null
. "$root/etc/default/concordat"
[[ $CONCORDAT_OPTIONS == *--callers* ]] ||
  fail "as shipped everybody would be let in"
"$root/usr/bin/concordatd" --data-dir "$folder/store" \
  --listen "unix:$folder/socket" --port-file "$folder/ready" \
  --callers "$root/etc/concordat/callers.yaml" >/dev/null 2>&1 &
server=$!
while [[ ! -s $folder/ready ]]; do
  kill -0 "$server" 2>/dev/null || fail "the installed server does not start"
done
who=$("$root/usr/bin/concordat" --server "unix:$folder/socket" access whoami)
[[ $who == "root, recognised by local"* ]] || fail "root is not known: $who"
"$root/usr/bin/concordat" --server "unix:$folder/socket" vocabulary apply \
  "$root/usr/share/concordat/vocabularies/retail.yaml" >/dev/null
kill "$server"
wait "$server" || fail "the server did not stop as told"
server=

# An upgrade keeps what the operator wrote.
echo "# mine" >>"$root/etc/concordat/callers.yaml"
below -i "$package"
grep -q '# mine' "$root/etc/concordat/callers.yaml" ||
  fail "an upgrade overwrites the operator's file of callers"

below -r concordat
[[ ! -e $root/usr/bin/concordatd ]] || fail "removing leaves the server"
[[ -e $root/etc/concordat/callers.yaml ]] ||
  fail "removing takes the configuration, which only a purge does"
below -P concordat
left=$(find "$root" -path "$root/var/lib/dpkg" -prune -o -type f -print)
[[ -z $left ]] || fail "a purge leaves $left"
echo "ok: $(basename "$package") installed, tried, upgraded, purged"
