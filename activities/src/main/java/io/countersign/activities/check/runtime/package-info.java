/** What a release's runtime policy would permit, before anybody approves it. Decides no request. */
@NullMarked
package io.countersign.activities.check.runtime;

import org.jspecify.annotations.NullMarked;
