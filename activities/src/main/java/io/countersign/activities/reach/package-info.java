/**
 * What a runtime policy could ever let a release do, told before anybody approves it. Decides
 * nothing at request time, and knows no engine.
 */
@NullMarked
package io.countersign.activities.reach;

import org.jspecify.annotations.NullMarked;
