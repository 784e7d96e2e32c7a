/**
 * The worker's HTTP interface from the outside: signs requests, sends them, reads the answers.
 * Trusts no answer beyond its form; what evidence is worth only its verification says.
 */
@NullMarked
package io.countersign.worker.remote;

import org.jspecify.annotations.NullMarked;
