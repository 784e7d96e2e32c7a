/**
 * The checks of the risk function: what the release is for, what it could do to whom, and what all
 * functions' findings mean together. They rate what others found and what the manifest declares;
 * they read no bytes of subjects, and they never make a finding of another check smaller.
 */
@NullMarked
package io.countersign.activities.check.risk;

import org.jspecify.annotations.NullMarked;
