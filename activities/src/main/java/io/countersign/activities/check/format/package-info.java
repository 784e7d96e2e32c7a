/**
 * What kinds of files a model is made of, and whether they are sound: {@code mlops.model-format}.
 * Files are judged from their bytes while these are digested. Nothing here loads, executes or
 * unpacks a model, and nothing grows with its size: a file that would need more is not judged.
 */
@NullMarked
package io.countersign.activities.check.format;

import org.jspecify.annotations.NullMarked;
