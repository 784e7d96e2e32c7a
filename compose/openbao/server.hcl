# OpenBao for one team's first install: one node, data in a volume, unsealed by a key from .env.
# Inside the compose network it speaks plain HTTP; outside of it only 127.0.0.1 is published. For anything that
# others can reach, give the listener a certificate and use the seal of your platform.
ui = true

listener "tcp" {
  address     = "0.0.0.0:8200"
  tls_disable = true
}

storage "raft" {
  path    = "/openbao/file"
  node_id = "one"
}

api_addr     = "http://openbao:8200"
cluster_addr = "http://127.0.0.1:8201"

seal "static" {
  current_key_id = "compose-1"
  current_key    = "env://OPENBAO_UNSEAL_KEY"
}

audit "file" "stdout" {
  options {
    file_path = "stdout"
  }
}

# Runs once, on an empty volume. The root token of this initialisation is revoked by OpenBao itself; the
# administrator below is what remains.
initialize "administrator" {
  request "userpass" {
    operation = "update"
    path      = "sys/auth/userpass"
    data = {
      type = "userpass"
    }
  }

  request "policy" {
    operation = "update"
    path      = "sys/policies/acl/administrator"
    data = {
      policy = "path \"*\" { capabilities = [\"create\", \"read\", \"update\", \"patch\", \"delete\", \"list\", \"sudo\"] }"
    }
  }

  request "user" {
    operation = "update"
    path      = "auth/userpass/users/administrator"
    data = {
      token_policies = "administrator"
      token_ttl      = "1h"
      password = {
        eval_type   = "string"
        eval_source = "env"
        env_var     = "OPENBAO_ADMIN_PASSWORD"
      }
    }
  }
}
