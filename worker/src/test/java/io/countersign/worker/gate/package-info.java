/** The whole gate on real engines, played by people's keys and attacked by others. */
@NullMarked
package io.countersign.worker.gate;

import org.jspecify.annotations.NullMarked;
