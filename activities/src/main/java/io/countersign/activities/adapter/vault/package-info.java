/**
 * HashiCorp Vault and OpenBao behind the ports. The only user of the Vault driver: nothing of it,
 * no response body and no foreign message leaves this package.
 */
@NullMarked
package io.countersign.activities.adapter.vault;

import org.jspecify.annotations.NullMarked;
