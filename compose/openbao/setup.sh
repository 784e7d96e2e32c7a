#!/bin/sh
# Gives the gate its two identities and its signing key; may run again at any time. Each identity logs in by AppRole
# through an agent of its own, which alone holds its secret id. What the two policies allow is written by onboarding
# (`countersign vault onboard`): until then both identities can do nothing.
set -eu
: "${OPENBAO_ADMIN_PASSWORD:?}"

BAO_TOKEN=$(bao login -method=userpass -no-store -field=token \
  username=administrator password="$OPENBAO_ADMIN_PASSWORD" 2>/dev/null) || {
  echo "the administrator cannot log in: is OPENBAO_ADMIN_PASSWORD the one of the first start?" >&2
  exit 1
}
export BAO_TOKEN
umask 077

has() { # has LIST NAME: whether the list of mounts has it
  bao "$1" list -format=json | grep -q "\"$2/\""
}

has auth approle || bao auth enable approle >/dev/null
has secrets transit || bao secrets enable transit >/dev/null
bao read transit/keys/countersign-gate >/dev/null 2>&1 ||
  bao write transit/keys/countersign-gate type=ed25519 >/dev/null
bao read transit/keys/countersign-payload >/dev/null 2>&1 ||
  bao write transit/keys/countersign-payload type=rsa-3072 >/dev/null

for identity in grant watch; do
  bao write "auth/approle/role/countersign-$identity" \
    token_policies="countersign-$identity" \
    token_type=service token_ttl=1h token_max_ttl=24h >/dev/null
  directory=/credentials/$identity
  if [ ! -s "$directory/secret-id" ]; then
    mkdir -p "$directory"
    bao read -field=role_id "auth/approle/role/countersign-$identity/role-id" >"$directory/role-id"
    bao write -f -field=secret_id "auth/approle/role/countersign-$identity/secret-id" >"$directory/secret-id"
  fi
done

bao token revoke -self >/dev/null
echo "OpenBao is ready for the gate"
