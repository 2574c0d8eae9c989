#!/bin/sh
# Stands where the tests look for a Go toolchain. What they build was built on the host, for arm64, by the same flags:
# this hands it out. Called as: go build FLAG… -o OUTPUT . in the folder of a program.
root=${0%/bin/go}
name=$(basename "$PWD")
while [ $# -gt 0 ]; do
  case $1 in
  -o) output=$2 && shift ;;
  build | .) ;;
  *) flags="$flags $1" ;;
  esac
  shift
done
program="$root/programs/$name$(echo "$flags" | tr -c 'a-z0-9\n' _)"
[ -e "$program" ] || { echo "$program was not built on the host: name it in infra/arm64/programs.ts" >&2 && exit 1; }
exec cp "$program" "$output"
