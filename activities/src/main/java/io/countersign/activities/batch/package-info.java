/**
 * What decision nodes decided: counted, closed in signed batches that are chained by node, kept on
 * disk while the store is away, and folded into the evidence of the releases that they tell of.
 * Never holds up a decision, never keeps a body, an argument or a token.
 */
@NullMarked
package io.countersign.activities.batch;

import org.jspecify.annotations.NullMarked;
