/**
 * Where a model comes from, as provenance, training runs and bills of materials tell: three forms,
 * read strictly into one value. Never believes a builder by its name alone where the settings name
 * its keys, and never fills a gap in a document with what the manifest says.
 */
@NullMarked
package io.countersign.activities.check.lineage;

import org.jspecify.annotations.NullMarked;
