/**
 * The secret scanner Kingfisher, a program of its own. It gets copies of texts under neutral names
 * in a directory that nobody else can read, no environment and no permission to ask services; its
 * words never leave this package.
 */
@NullMarked
package io.countersign.activities.adapter.kingfisher;

import org.jspecify.annotations.NullMarked;
