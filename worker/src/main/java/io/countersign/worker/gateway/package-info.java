/**
 * The one room that talks to Temporal as a client. Translates its errors once; decides nothing
 * about a release and never sees a private key.
 */
@NullMarked
package io.countersign.worker.gateway;

import org.jspecify.annotations.NullMarked;
