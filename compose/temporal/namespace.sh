#!/bin/sh
# Makes the namespace and the search attributes of the gate; may run again at any time.
# TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE come from the environment.
set -eu

temporal operator namespace describe -n "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create -n "$TEMPORAL_NAMESPACE" --retention 90d

attribute() { # NAME TYPE
  temporal operator search-attribute list | grep -q "^ *$1 " ||
    temporal operator search-attribute create --name "$1" --type "$2"
}

# A new namespace is known to every part of the server only after a few seconds.
tries=0
until temporal operator search-attribute list >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 30 ] || {
    echo "namespace $TEMPORAL_NAMESPACE does not answer" >&2
    exit 1
  }
  sleep 1
done

for name in GateState GateTier GateSystem GateEnvironment GateDigest; do
  attribute "$name" Keyword
done
attribute GateAwaiting KeywordList
