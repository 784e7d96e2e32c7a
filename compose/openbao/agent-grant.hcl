# Keeps a token of the gate's grant identity in a file that only the worker mounts.
vault {
  address = "http://openbao:8200"
}

auto_auth {
  method "approle" {
    config = {
      role_id_file_path                   = "/credentials/grant/role-id"
      secret_id_file_path                 = "/credentials/grant/secret-id"
      remove_secret_id_file_after_reading = false
    }
  }

  sink "file" {
    config = {
      path = "/identity/grant.token"
      mode = 0644
    }
  }
}
