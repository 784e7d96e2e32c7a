/** The serving worker: Spring Boot around the assembly. Holds no rule of the gate. */
@NullMarked
package io.countersign.worker.serve;

import org.jspecify.annotations.NullMarked;
